"""The words of aifaceswap: every answer is {"code", "data", "message"}; photos are files or addresses."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop

from faceswap_site.lib.api.schema import Schema, check, lenient, obj
from faceswap_site.lib.api.schema_errors import WANTED
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine import Face
from recognition.photos.intake import CALLBACK_ADDRESS, PHOTO_ADDRESS, Caller, PhotoInput, from_value
from swaps.api.requests import callback_of
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.results.links import result_link

from . import lists

ORIGIN = "aifaceswap"
MOST_FACES = 32
INTEGER: Schema = {"type": "integer", "minimum": 0, "maximum": 999}
WHOLE_NUMBER = gettext_noop("a whole number from 0 to 999")
INDEXES: Schema = {
    "type": ["array", "integer", "string"],
    "items": {"type": ["integer", "string"], "minimum": 0, "maximum": 999, WANTED: WHOLE_NUMBER},
    "description": "One for each face image: [0, 2], or as a text 0,2.",
    WANTED: gettext_noop("a list of whole numbers from 0"),
}
FACE_IMAGES: Schema = {
    "type": ["array", "string"],
    "items": PHOTO_ADDRESS,
    "maxItems": MOST_FACES,
    WANTED: gettext_noop("a list of at most 32 web addresses"),
}


def envelope(data: Schema) -> Schema:
    """An answer that worked."""
    return obj("code data message", code={"const": 200}, message={"const": "OK"}, data=data)


SCHEMAS: dict[str, Schema] = {
    "AifaceswapSwap": lenient(
        "source_image face_image",
        title="`source_image` is the photo to change, `face_image` gives the face.",
        source_image=PHOTO_ADDRESS,
        face_image=PHOTO_ADDRESS,
        webhook=CALLBACK_ADDRESS,
    ),
    "AifaceswapMulti": lenient(
        "source_image face_image index",
        title="One index for each face image.",
        source_image=PHOTO_ADDRESS,
        face_image=FACE_IMAGES,
        index=INDEXES,
        webhook=CALLBACK_ADDRESS,
    ),
    "AifaceswapExtract": lenient("img", img=PHOTO_ADDRESS),
    "AifaceswapTask": envelope(
        obj("task_id points", task_id={"type": "string", "pattern": "^[0-9a-f]{32}$"}, points={"type": "integer"})
    ),
    "AifaceswapFaces": envelope(
        obj(
            "faces points",
            faces={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
            points={"type": "integer"},
        )
    ),
    "AifaceswapError": obj(
        "code data message", code={"type": "integer"}, data={"type": "null"}, message={"type": "string"}
    ),
}


def parse_single(data: Any, caller: Caller) -> Submit:
    """POST /faceswap."""
    _check(data, "AifaceswapSwap")
    return _submit(data, [FaceInput(from_value(data.get("face_image"), caller=caller, label=FACE_PHOTO))], caller)


def parse_multi(data: Any, caller: Caller) -> Submit:
    """POST /multi_faceswap."""
    images, indexes = (lists.listed(data, "face_image"), lists.indexes(data)) if isinstance(data, dict) else ([], [])
    if not isinstance(data, QueryDict):
        data = {**data, "face_image": images, "index": indexes} if isinstance(data, dict) else data
    _check(data, "AifaceswapMulti")
    if not images or len(images) != len(indexes) or len(images) > MOST_FACES:
        raise DomainError("faces_unclear", case="images", images=len(images), indexes=len(indexes))
    pairs = zip(images, indexes, strict=True)
    faces = [FaceInput(from_value(image, caller=caller, label=FACE_PHOTO), index) for image, index in pairs]
    return _submit(data, faces, caller)


def parse_extract(data: Any, caller: Caller) -> PhotoInput:
    """POST /extract_face."""
    _check(data, "AifaceswapExtract")
    return from_value(data.get("img"), caller=caller, label="photo")


def _submit(data: Any, faces: list[FaceInput], caller: Caller) -> Submit:
    target = from_value(data.get("source_image"), caller=caller, label=TARGET_PHOTO)
    return Submit(target, faces, callback=callback_of(data, caller, "webhook"))


def _check(data: Any, schema: str) -> None:
    """Forms are taken as they come; JSON is as its schema says."""
    if not isinstance(data, QueryDict):
        check(data, schema)


def render_accepted(job: SwapJob) -> dict[str, Any]:
    return _ok({"task_id": job.pk.hex, "points": job.price})


def render_faces(faces: list[Face], points: int) -> dict[str, Any]:
    """Boxes as [x1, y1, x2, y2], left to right."""
    return _ok({"faces": [[round(value) for value in face.box] for face in faces], "points": points})


def render_callback(job: SwapJob) -> str:
    kind = 1 if job.faces.filter(index=None).exists() else 2
    done = job.status == SwapJob.Status.DONE
    body = {"success": int(done), "type": kind, "task_id": job.pk.hex, "result_image": result_link(job, job.site_url)}
    if not done:
        body["message"] = job.error_text  # more than their document has, and the only place to learn it
    return json.dumps(body)


def render_error(error: DomainError, status: int) -> dict[str, Any]:
    return {"code": status, "data": None, "message": spoken(error)}


def _ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 200, "data": data, "message": "OK"}
