"""The words of the base64 face swap tutorial's API: two photos in, one photo out, in one call."""

from base64 import encodebytes
from typing import Any

from faceswap_site.lib import base64_text
from faceswap_site.lib.api.openapi import BRIEF_ERROR
from faceswap_site.lib.api.schema import Schema, check, lenient, obj
from recognition.photos.intake import PhotoInput
from recognition.photos.pixels import converted
from recognition.photos.reading import from_base64
from recognition.photos.stored import load_photo
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob

BASE64 = base64_text.SCHEMA

SCHEMAS: dict[str, Schema] = {
    "Base64Swap": lenient("face body", title="The face of `face` goes on `body`.", face=BASE64, body=BASE64),
    "Base64Image": obj("image", image={"type": "string", "description": "The result: PNG in base64, in lines."}),
    "Base64Error": BRIEF_ERROR,
}


def parse_submit(data: Any) -> Submit:
    check(data, "Base64Swap")
    target = PhotoInput(from_base64(data["body"], label=TARGET_PHOTO))
    return Submit(target, [FaceInput(PhotoInput(from_base64(data["face"], label=FACE_PHOTO)))])


def render_result(job: SwapJob) -> dict[str, str]:
    """The result as PNG; in lines of 76 characters, as the tutorial's own server sends it."""
    photo = load_photo(job.result, label="result")
    return {"image": encodebytes(converted(photo, "PNG")).decode("ascii")}
