"""The words of face_match and face_rec: form files or base64 JSON in, the names of face_recognition out."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_noop

from faceswap_site.lib import base64_text
from faceswap_site.lib.api.openapi import BRIEF_ERROR
from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.api.schema import Schema, check, lenient, obj
from faceswap_site.lib.api.schema_errors import WANTED
from recognition.engine import Face, NoFaceFound, Photo
from recognition.engine import landmarks68 as named
from recognition.photos.reading import decode_upload, from_base64
from recognition.recognise import Comparison, RecognisedFace

UNKNOWN = "Unknown"
# face_recognition's names for the groups of the 68 points, in its order.
GROUPS = {
    "chin": named.JAW,
    "left_eyebrow": named.LEFT_BROW,
    "right_eyebrow": named.RIGHT_BROW,
    "nose_bridge": named.NOSE_RIDGE,
    "nose_tip": named.NOSTRILS,
    "left_eye": named.LEFT_EYE,
    "right_eye": named.RIGHT_EYE,
    "top_lip": named.UPPER_LIP,
    "bottom_lip": named.LOWER_LIP,
}
BASE64: Schema = base64_text.SCHEMA
FORMAT: Schema = {
    "type": ["string", "null"],
    "description": "jpg, png, …; never asked: the content decides.",
    WANTED: gettext_noop("the ending of a file's name, such as jpg"),
}
POINT: Schema = {"type": "array", "items": {"type": "integer"}}

SCHEMAS: dict[str, Schema] = {
    "FaceRecRequest": lenient("image_data", image_data=BASE64, file_format=FORMAT),
    "FaceRecResult": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "facial_features": {"type": "object", "additionalProperties": {"type": "array", "items": POINT}},
            "face_locations": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "top, right, bottom, left",
            },
        },
    },
    "FaceMatchRequest": lenient("image_data1 image_data2", image_data1=BASE64, image_data2=BASE64, file_format=FORMAT),
    "FaceMatchResult": obj("match", match={"type": "boolean"}),
    "FaceRecError": BRIEF_ERROR,
}


def parse_photo(data: Any) -> Photo:
    """The photo of a POST /face_rec."""
    if isinstance(data, QueryDict):
        return _file(data, "file")
    check(data, "FaceRecRequest")
    return from_base64(data["image_data"], label="photo")


def parse_two(data: Any) -> tuple[Photo, Photo]:
    """The photos of a POST /face_match."""
    if isinstance(data, QueryDict):
        return _file(data, "file1"), _file(data, "file2")
    check(data, "FaceMatchRequest")
    return from_base64(data["image_data1"], label="first photo"), from_base64(data["image_data2"], label="second photo")


def _file(data: QueryDict, name: str) -> Photo:
    file = data.get(name)
    if not isinstance(file, UploadedFile):
        raise BadRequest("no_file", f"/{name}", name=name)
    return decode_upload(file, name="photo")


def render_match(result: Comparison) -> dict[str, bool]:
    return {"match": result.distance <= result.threshold}


def render_recognised(found: list[RecognisedFace], *, features: bool, locations: bool) -> dict[str, Any]:
    """Whom the largest face shows. Features and locations are told for a single face alone, as the original does."""
    if not found:
        raise NoFaceFound(photo="photo")
    largest = max(found, key=lambda one: one.face.box[2] - one.face.box[0])
    near = [person for person in largest.candidates if person.distance <= largest.threshold]
    answer: dict[str, Any] = {"name": near[0].name if near else UNKNOWN}
    single = found[0].face if len(found) == 1 else None
    if features:
        answer["facial_features"] = render_features(single) if single else {}
    if locations:
        answer["face_locations"] = render_location(single) if single else []
    return answer


def render_features(face: Face) -> dict[str, list[list[int]]]:
    points = face.landmarks.round().astype(int)
    return {group: points[numbers].tolist() for group, numbers in GROUPS.items()}


def render_location(face: Face) -> list[int]:
    left, top, right, bottom = (round(float(value)) for value in face.box)
    return [top, right, bottom, left]
