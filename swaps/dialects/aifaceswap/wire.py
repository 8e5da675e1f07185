"""The words of aifaceswap: every answer is {"code", "data", "message"}; photos are files or addresses."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from faceswap_site.bounded_json import parse_json
from faceswap_site.errors import DomainError
from faceswap_site.problems import BadRequest
from faceswap_site.schema import Schema, check, obj, publish
from faceswap_site.spoken import spoken
from recognition.engine import Face
from swaps.api_schemas import WEB_ADDRESS
from swaps.engine.many import FACE_PHOTO, TARGET_PHOTO
from swaps.inputs import PHOTO_ADDRESS, address, from_value
from swaps.intake import FaceInput, PhotoInput
from swaps.links import result_link
from swaps.models import SwapJob

ORIGIN = "aifaceswap"
MOST_FACES = 32
ADDRESS = WEB_ADDRESS
INTEGER: Schema = {"type": "integer", "minimum": 0, "maximum": 999}
INDEXES: Schema = {"type": "array", "items": INTEGER, "minItems": 1, "maxItems": MOST_FACES}


def envelope(data: Schema) -> Schema:
    """An answer that worked."""
    return obj("code data message", code={"const": 200}, message={"const": "OK"}, data=data)


publish(
    AifaceswapSwap=obj(
        "source_image face_image",
        title="`source_image` is the photo to change, `face_image` gives the face.",
        source_image=PHOTO_ADDRESS,
        face_image=PHOTO_ADDRESS,
        webhook=ADDRESS,
    ),
    AifaceswapMulti=obj(
        "source_image face_image index",
        title="One index for each face image.",
        source_image=PHOTO_ADDRESS,
        face_image={"type": "array", "items": PHOTO_ADDRESS, "minItems": 1, "maxItems": MOST_FACES},
        index=INDEXES,
        webhook=ADDRESS,
    ),
    AifaceswapExtract=obj("img", img=PHOTO_ADDRESS),
    AifaceswapTask=envelope(
        obj("task_id points", task_id={"type": "string", "pattern": "^[0-9a-f]{32}$"}, points={"type": "integer"})
    ),
    AifaceswapFaces=envelope(
        obj(
            "faces points",
            faces={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
            points={"type": "integer"},
        )
    ),
    AifaceswapError=obj(
        "code data message", code={"type": "integer"}, data={"type": "null"}, message={"type": "string"}
    ),
)


@dataclass(frozen=True)
class Submit:
    """A swap in the words of the service."""

    target: PhotoInput
    faces: list[FaceInput]
    webhook: str


def parse_single(data: Any) -> Submit:
    """POST /faceswap."""
    given = _plain(data, "AifaceswapSwap")
    face = from_value(given("face_image"), label=FACE_PHOTO)
    return Submit(
        from_value(given("source_image"), label=TARGET_PHOTO), [FaceInput(face.photo, face.url)], _webhook(given)
    )


def parse_multi(data: Any) -> Submit:
    """POST /multi_faceswap: lists, repeated fields, or JSON strings of lists."""
    if not isinstance(data, QueryDict):
        data = _lists_in_strings(data)
    given = _plain(data, "AifaceswapMulti")
    form = isinstance(data, QueryDict)
    images = _spread(data.getlist("face_image")) if form else data["face_image"]
    indexes = [_index(value) for value in (_spread(data.getlist("index")) if form else data["index"])]
    if not images or len(images) != len(indexes) or len(images) > MOST_FACES:
        raise DomainError(_("Send one index for each face image."), code="faces_unclear")
    faces = []
    for image, index in zip(images, indexes, strict=True):
        face = from_value(image, label=FACE_PHOTO)
        faces.append(FaceInput(photo=face.photo, url=face.url, index=index))
    return Submit(from_value(given("source_image"), label=TARGET_PHOTO), faces, _webhook(given))


def parse_extract(data: Any) -> PhotoInput:
    """POST /extract_face."""
    return from_value(_plain(data, "AifaceswapExtract")("img"), label="photo")


def _plain(data: Any, schema: str) -> Callable[[str], Any]:
    """The fields of a form or of checked JSON."""
    if not isinstance(data, QueryDict):
        check(data, schema)
    return lambda name: data.get(name)


def _webhook(given: Callable[[str], Any]) -> str:
    webhook = given("webhook")
    return address(str(webhook), name="webhook") if webhook else ""


def _lists_in_strings(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {name: _list_in_string(value) if name in ("face_image", "index") else value for name, value in data.items()}


def _list_in_string(value: Any) -> Any:
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            return parse_json(value)
        except (ValueError, RecursionError):
            raise BadRequest(_("This looks like a list but isn't JSON.")) from None
    return value


def _spread(values: list[Any]) -> list[Any]:
    """Repeated fields as one list, with JSON lists among them unfolded."""
    spread: list[Any] = []
    for value in map(_list_in_string, values):
        spread += value if isinstance(value, list) else [value]
    return spread


def _index(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise BadRequest(_("An index is a whole number from 0."), "/index")
    return int(text)


def render_accepted(job: SwapJob) -> dict[str, Any]:
    return _ok({"task_id": job.pk.hex, "points": job.price})


def render_faces(faces: list[Face], points: int) -> dict[str, Any]:
    """Boxes as [x1, y1, x2, y2], left to right."""
    return _ok({"faces": [[round(value) for value in face.box] for face in faces], "points": points})


def render_callback(job: SwapJob) -> str:
    kind = 1 if job.faces.filter(index=None).exists() else 2
    done = job.status == SwapJob.Status.DONE
    body = {"success": int(done), "type": kind, "task_id": job.pk.hex, "result_image": result_link(job, job.site_url)}
    return json.dumps(body)


def render_error(error: DomainError, status: int) -> dict[str, Any]:
    return {"code": status, "data": None, "message": spoken(error)}


def _ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 200, "data": data, "message": "OK"}
