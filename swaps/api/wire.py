"""The native API's words: what a request means, and how a job, a list and faces look as JSON."""

import json
from typing import Any

from django.http import QueryDict

from faceswap_site.lib.api.bounded_json import parse_json
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import check, check_form, needed
from faceswap_site.lib.errors import DomainError
from recognition.photos.inputs import Caller, address, from_object, from_value, index_of
from swaps.engine.many import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.intake import REFERENCE_PHOTO, Callback, FaceInput, Submit, options_of, wants_label
from swaps.models import SwapJob

from .operations import SWAP_FORM
from .serializers import SwapEventSerializer


def parse_submit(data: Any, caller: Caller) -> Submit:
    """A POST /swaps in either form: JSON, or multipart with files."""
    return _from_form(data, caller) if isinstance(data, QueryDict) else _from_json(data, caller)


def _from_json(data: Any, caller: Caller) -> Submit:
    check(data, "SwapRequest")
    named = {"/face": data["face"]} if "face" in data else {f"/faces/{n}": one for n, one in enumerate(data["faces"])}
    faces = []
    for pointer, item in named.items():
        with pointing_to(pointer):
            photo = from_object(item, caller=caller, label=FACE_PHOTO)
        reference = item.get("reference")
        with pointing_to(f"{pointer}/reference"):
            other = from_object(reference, caller=caller, label=REFERENCE_PHOTO) if reference else None
        faces.append(FaceInput(photo, index=item.get("index"), reference=other))
    _check_faces(faces)
    with pointing_to("/target"):
        target = from_object(data["target"], caller=caller, label=TARGET_PHOTO)
    options = data.get("options", {})
    return Submit(target, faces, options_of(options), wants_label(options), callback_of(data, caller))


def _from_form(data: QueryDict, caller: Caller) -> Submit:
    check_form(data, SWAP_FORM)
    target = from_value(needed(data, "target", "target_url"), caller=caller, label=TARGET_PHOTO)
    needed(data, "face", "face_url")
    given = [*data.getlist("face"), *data.getlist("face_url")]
    indexes = [index_of(text) for text in data.getlist("index")]
    if indexes and len(indexes) != len(given):
        raise DomainError("faces_unclear", case="indexes", pointer="/index")
    references = data.getlist("reference")
    if references and (len(references) != len(given) or indexes):
        raise DomainError("faces_unclear", case="references", pointer="/reference")
    faces = []
    for position, value in enumerate(given):
        photo = from_value(value, caller=caller, label=FACE_PHOTO)
        other = from_value(references[position], caller=caller, label=REFERENCE_PHOTO) if references else None
        index = indexes[position] if indexes else None
        faces.append(FaceInput(photo, index=index, reference=other))
    options = _form_options(data)
    return Submit(target, faces, options_of(options), wants_label(options), callback_of(data, caller))


def callback_of(data: Any, caller: Caller, name: str = "callback_url") -> Callback:
    """Whom a request wants told about the end of its job."""
    with pointing_to(f"/{name}"):
        return Callback(address(data.get(name), name=name), caller.site_url)


def _form_options(data: QueryDict) -> dict[str, Any]:
    try:
        options = parse_json(str(data.get("options") or "{}"))
    except (ValueError, RecursionError):
        raise BadRequest("options", "/options") from None
    check(options, "Options")
    return dict(options)


def _check_faces(faces: list[FaceInput]) -> None:
    named = [face.index is not None or face.reference is not None for face in faces]
    if any(named) and not all(named):
        raise DomainError("faces_unclear", case="mixed", pointer="/faces")


def render_callback(job: SwapJob) -> str:
    """The body of a native callback."""
    event = {"type": f"swap.{job.status}", "timestamp": job.completed, "data": job}
    return json.dumps(SwapEventSerializer(event, context={"site_url": job.site_url}).data)
