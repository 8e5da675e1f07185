"""The schemas of the native API: requests are checked against them and the OpenAPI document publishes them."""

from faceswap_site.lib.api.schema import TIME, UUID, Schema, nullable, obj, ref
from recognition.photos.inputs import INDEX, NAMES, SOURCES, WEB_ADDRESS
from swaps.engine.options import BLENDS, MOUTHS
from swaps.models import SwapJob

MOST_FACES = 32
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}


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

SCHEMAS: dict[str, Schema] = {
    "FaceToUse": {
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
    "Options": OPTIONS,
    "SwapRequest": {
        "description": "Which photo to change, and whose faces go on it: `face` or `faces`.",
        "oneOf": [
            obj("target face", title="", face=ref("FaceToUse"), **COMMON) | {"title": "SwapOneFace"},
            obj("target faces", title="", faces=FACES, **COMMON) | {"title": "SwapSeveralFaces"},
        ],
    },
    "PhotoRequest": obj("photo", photo=ref("Photo")),
    "Job": obj(
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
    "SwapEvent": obj(
        "type timestamp data",
        title="What a callback address is told, after Standard Webhooks.",
        type={"type": "string", "enum": [f"swap.{status}" for status in ("done", "failed", "cancelled")]},
        timestamp=TIME,
        data=ref("Job"),
    ),
    "JobList": obj(
        "data next",
        data={"type": "array", "items": ref("Job")},
        next={**nullable({"type": "string"}), "description": "The address of the next page."},
    ),
    "Face": obj(
        "index id box landmarks score quality",
        title="A face; boxes are [left, top, right, bottom] in pixels of the upright photo.",
        index=INDEX,
        id={"type": "string", "description": "Names this face in a swap for a day."},
        box=NUMBERS,
        landmarks={"type": "array", "items": NUMBERS, "description": "68 points of the iBUG scheme."},
        score={"type": "number"},
        quality=obj("score reasons", score={"type": "number"}, reasons={"type": "array", "items": {"type": "string"}}),
    ),
    "Faces": obj(
        "id width height faces points",
        id={"type": "string", "description": "Names this photo in a swap for a day."},
        width={"type": "integer"},
        height={"type": "integer"},
        faces={"type": "array", "items": ref("Face")},
        points=obj("cost balance", cost={"type": "integer"}, balance={"type": "integer"}),
    ),
    "Account": obj(
        "username balance prices limits",
        username={"type": "string"},
        balance={"type": "integer"},
        prices={"type": "object", "additionalProperties": {"type": "integer"}},
        limits={"type": "object", "additionalProperties": {"type": "integer"}},
    ),
    "PointEntries": obj(
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
}
