"""What the native API of swaps is asked where the target is a clip: what it is beside a photo's swap."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.api.schema import check, check_form
from faceswap_site.lib.base64_text import read_base64
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import Caller
from swaps.clip_jobs.intake import ClipInput, is_clip, sent_clip, upload_is_clip, uploaded_clip
from swaps.clip_jobs.outputs import OUTPUTS
from swaps.clip_jobs.services import SubmitClip
from swaps.engine.clips import ClipUnsupported
from swaps.engines.choice import EngineChoice, choice_of
from swaps.jobs.submission import options_of, wants_label

from . import requests


def sends_clip(data: Any) -> bool:
    """Whether the target of a request is a clip, by the first bytes of its file or base64."""
    if isinstance(data, QueryDict):
        file = data.get("target")
        return isinstance(file, UploadedFile) and upload_is_clip(file)
    return _bytes_of(data) is not None


def _bytes_of(data: Any) -> bytes | None:
    target = data.get("target") if isinstance(data, dict) else None
    text = target.get("base64") if isinstance(target, dict) else None
    try:
        content = read_base64(text) if isinstance(text, str) else b""
    except ValueError:
        return None
    return content if is_clip(content) else None


@contextmanager
def clip_of(data: Any) -> Iterator[ClipInput]:
    """The clip of a request that `sends_clip`, looked at."""
    if isinstance(data, QueryDict):
        file: Any = data["target"]
        with uploaded_clip(file) as clip:
            yield clip
    else:
        with sent_clip(_bytes_of(data) or b"") as clip:
            yield clip


def parse_clip(data: Any, caller: Caller) -> SubmitClip:
    """What is asked for beside the clip itself."""
    if isinstance(data, QueryDict):
        check_form(data, requests.SWAP_FORM)
        faces, options = requests.faces_of_form(data, caller), requests.options_of_form(data)
    else:
        check(data, "SwapRequest")
        faces, options = requests.faces_of_json(data, caller), data.get("options", {})
    if choice_of(options) != EngineChoice():
        raise ClipUnsupported(case="engine")
    return SubmitClip(
        faces,
        options_of(options),
        wants_label(options),
        begin=_second(data, "begin"),
        end=_second(data, "end"),
        output=_output(data),
        callback=requests.callback_of(data, caller),
    )


def _second(data: Any, name: str) -> float | None:
    """A number of seconds, out of checked JSON or a form; None where none was said."""
    given = data.get(name)
    if given in (None, ""):
        return None
    try:
        return float(given)
    except ValueError:
        raise BadRequest("second", f"/{name}") from None


def _output(data: Any) -> str:
    given = str(data.get("format") or "")
    if given and given not in OUTPUTS:
        raise BadRequest("clip_format", "/format", kinds=", ".join(OUTPUTS))
    return given


def refuse_clip_fields(data: Any) -> None:
    """Raise DomainError where a request about a photo says what only clips have."""
    if isinstance(data, Mapping) and any(data.get(name) not in (None, "") for name in requests.CLIP_FIELDS):
        raise DomainError("only_of_clips")
