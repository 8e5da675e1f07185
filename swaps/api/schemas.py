"""The schemas of the native API: requests are checked against them and the OpenAPI document publishes them."""

from django.utils.translation import gettext_noop

from faceswap_site.lib import base64_text
from faceswap_site.lib.api.schema import TIME, UUID, Schema, nullable, obj, publish, ref
from faceswap_site.lib.api.schema_errors import WANTED
from recognition.photos.inputs import INDEX
from swaps.engine.options import BLENDS, MOUTHS
from swaps.models import SwapJob

MOST_FACES = 32
WEB_ADDRESS: Schema = {
    "type": "string",
    "pattern": r"^https?://[^\s\x00-\x1f]+$",
    "maxLength": 2000,
    WANTED: gettext_noop("a web address of at most 2000 characters that begins with http:// or https://"),
}
CALLBACK_ADDRESS: Schema = {
    "type": ["string", "null"],
    "maxLength": 2000,
    "description": "An http or https address; empty or null for none.",
    WANTED: gettext_noop("a web address that begins with http:// or https://"),
}
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}


SOURCES: dict[str, Schema] = {
    "url": {
        **WEB_ADDRESS,
        "pattern": r"^(https?://|/[^/\s])[^\s\x00-\x1f]+$",
        "description": "A public address, which the worker fetches, or a result of this site, which may be relative.",
    },
    "base64": base64_text.SCHEMA,
    "id": {
        "type": "string",
        "pattern": r"^[0-9a-f]{32}(-[0-9]{1,3})?$",
        WANTED: gettext_noop("an id as POST /api/v1/faces gave it, such as 32 letters and digits, or these with -0"),
        "description": "A photo, or one of its faces, as POST /faces named it.",
    },
}
# What the forms of a photo are called in clients that are generated from the document.
NAMES = {"url": "ByAddress", "base64": "InBase64", "id": "ById"}
OPTIONS = obj(
    title="How the swap is made; what is left out has its default.",
    blend={"type": "string", "enum": list(BLENDS)},
    strength={"type": "number", "minimum": 0, "maximum": 1},
    face_shape={"type": "number", "minimum": 0, "maximum": 1},
    mouth={"type": "string", "enum": list(MOUTHS)},
    forehead={"type": "boolean"},
    match_colour={"type": "boolean"},
    match_detail={"type": "boolean"},
    label={"type": "boolean", "description": "Write “Made with AI” in a corner of the result."},
)
COMMON: dict[str, Schema] = {"target": ref("Photo"), "options": ref("Options"), "callback_url": WEB_ADDRESS}
FACES: Schema = {"type": "array", "items": ref("FaceToUse"), "minItems": 1, "maxItems": MOST_FACES}

publish(
    Problem={
        "type": "object",
        "description": "RFC 9457. `code` is stable; `detail` says what to do; `errors` points to the place.",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "request_id": {"type": "string"},
            "errors": {
                "type": "array",
                "items": obj("pointer detail", pointer={"type": "string"}, detail={"type": "string"}),
            },
            "faces": {
                "type": "array",
                "items": NUMBERS,
                "description": "With `several_faces`: the boxes to choose from, left to right.",
            },
        },
    },
    Photo={
        "description": "A photo, in one of three ways.",
        "oneOf": [
            obj(name, title="", **{name: schema}) | {"title": f"Photo{NAMES[name]}"} for name, schema in SOURCES.items()
        ],
    },
    FaceToUse={
        "description": "A face photo, and the face it goes on: an index or a reference; neither means the largest.",
        "oneOf": [
            *(
                obj(name, title="", **{name: schema}, index=INDEX) | {"title": f"Face{NAMES[name]}"}
                for name, schema in SOURCES.items()
            ),
            *(
                obj(f"{name} reference", title="", **{name: schema}, reference=ref("Photo"))
                | {"title": f"Face{NAMES[name]}ForPerson"}
                for name, schema in SOURCES.items()
            ),
        ],
    },
    Options=OPTIONS,
    SwapRequest={
        "description": "Which photo to change, and whose faces go on it: `face` or `faces`.",
        "oneOf": [
            obj("target face", title="", face=ref("FaceToUse"), **COMMON) | {"title": "SwapOneFace"},
            obj("target faces", title="", faces=FACES, **COMMON) | {"title": "SwapSeveralFaces"},
        ],
    },
    PhotoRequest=obj("photo", photo=ref("Photo")),
    Job=obj(
        "id status progress faces points urls created started completed expires error",
        title="A swap.",
        id=UUID,
        status={"type": "string", "enum": list(SwapJob.Status.values)},
        progress=obj(
            "stage percent",
            stage={"type": "string", "enum": list(SwapJob.Stage.values)},
            percent={"type": "integer", "minimum": 0, "maximum": 100},
        ),
        faces={
            "type": "array",
            "items": obj("index by_reference", index=nullable(INDEX), by_reference={"type": "boolean"}),
        },
        points=obj("cost balance", cost={"type": "integer"}, balance={"type": "integer"}),
        urls={
            "type": "object",
            "required": ["self", "page", "result", "download"],
            "properties": {
                "self": {"type": "string"},
                "page": {"type": "string"},
                "result": {**nullable({"type": "string"}), "description": "Needs the key."},
                "download": {**nullable({"type": "string"}), "description": "Needs no key and expires."},
            },
        },
        width=nullable({"type": "integer"}),
        height=nullable({"type": "integer"}),
        created=TIME,
        started=nullable(TIME),
        completed=nullable(TIME),
        expires=nullable(TIME),
        error=nullable(obj("code detail", code={"type": "string"}, detail={"type": "string"})),
    ),
    SwapEvent=obj(
        "type timestamp data",
        title="What a callback address is told, after Standard Webhooks.",
        type={"type": "string", "enum": [f"swap.{status}" for status in ("done", "failed", "cancelled")]},
        timestamp=TIME,
        data=ref("Job"),
    ),
    JobList=obj(
        "data next",
        data={"type": "array", "items": ref("Job")},
        next={**nullable({"type": "string"}), "description": "The address of the next page."},
    ),
    Face=obj(
        "index id box landmarks score quality",
        title="A face; boxes are [left, top, right, bottom] in pixels of the upright photo.",
        index=INDEX,
        id={"type": "string", "description": "Names this face in a swap for a day."},
        box=NUMBERS,
        landmarks={"type": "array", "items": NUMBERS, "description": "68 points of the iBUG scheme."},
        score={"type": "number"},
        quality=obj("score reasons", score={"type": "number"}, reasons={"type": "array", "items": {"type": "string"}}),
    ),
    Faces=obj(
        "id width height faces points",
        id={"type": "string", "description": "Names this photo in a swap for a day."},
        width={"type": "integer"},
        height={"type": "integer"},
        faces={"type": "array", "items": ref("Face")},
        points=obj("cost balance", cost={"type": "integer"}, balance={"type": "integer"}),
    ),
    Account=obj(
        "username balance prices limits",
        username={"type": "string"},
        balance={"type": "integer"},
        prices={"type": "object", "additionalProperties": {"type": "integer"}},
        limits={"type": "object", "additionalProperties": {"type": "integer"}},
    ),
    PointEntries=obj(
        "data next",
        data={
            "type": "array",
            "items": obj(
                "kind amount reason reference created",
                kind={"type": "string"},
                amount={"type": "integer"},
                reason={"type": "string"},
                reference={"type": "string"},
                created=TIME,
            ),
        },
        next=nullable({"type": "string"}),
    ),
)
