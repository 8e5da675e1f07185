"""The schemas of the native API: requests are checked against them and the OpenAPI document publishes them."""

from faceswap_site.lib.api.schema import Schema, obj, ref
from recognition.photos.inputs import INDEX, NAMES, SOURCES, WEB_ADDRESS
from swaps.engine.options import BLENDS, MOUTHS

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
}
