"""What the native API of swaps is asked: the shapes that are published, and what they mean."""

from typing import Any

from django.http import QueryDict

from faceswap_site.lib.api.bounded_json import parse_json
from faceswap_site.lib.api.openapi import FILE
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import Schema, check, check_form, needed, obj, ref
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import (
    INDEX,
    NAMES,
    SOURCES,
    WEB_ADDRESS,
    Caller,
    address,
    from_object,
    from_value,
    index_of,
)
from swaps.clip_jobs.outputs import OUTPUTS
from swaps.engine.models.swapper import BOOSTS
from swaps.engine.options import BLENDS, MOUTHS
from swaps.engine.presets import PRESETS
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import FINISHES, choice_of
from swaps.jobs.submission import REFERENCE_PHOTO, Callback, FaceInput, Submit, options_of, wants_label

SECOND: Schema = {"type": "number", "minimum": 0, "maximum": 86400}
CLIP_FIELDS: dict[str, Schema] = {
    "begin": SECOND | {"description": "Of a clip: the second with which the part begins that counts."},
    "end": SECOND | {"description": "Of a clip: the second with which that part ends."},
    "format": {
        "type": "string",
        "enum": list(OUTPUTS),
        "description": "Of a clip: the kind of file to make; MP4 of a film, else the clip's own.",
    },
}

# That one of two fields is needed is said in words: as anyOf beside properties, generated clients could not be called.
SWAP_FORM = obj(
    title="`target` or `target_url`, and `face` or `face_url`, are needed.",
    target=FILE | {"description": "The photo to change, or a clip."},
    target_url=WEB_ADDRESS,
    face={"type": "array", "items": FILE, "description": "One face photo or several."},
    face_url={"type": "array", "items": WEB_ADDRESS},
    index={"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 999}},
    reference={"type": "array", "items": FILE},
    options={"type": "string", "description": "The options as JSON."},
    callback_url=WEB_ADDRESS,
    **CLIP_FIELDS,
)
PHOTO_FORM = obj("photo", photo=FILE)
MOST_FACES = 32
OPTIONS = obj(
    title="How the swap is made; what is left out has its default.",
    blend={"type": "string", "enum": list(BLENDS)},
    strength={"type": "number", "minimum": 0, "maximum": 1},
    face_shape={"type": "number", "minimum": 0, "maximum": 1},
    mouth={"type": "string", "enum": list(MOUTHS)},
    forehead={"type": "boolean"},
    match_colour={"type": "boolean"},
    match_detail={"type": "boolean"},
    preset={
        "type": "string",
        "enum": list(PRESETS),
        "description": "What matters more: that the photo looks real, or that the face is like the face photo's.",
    },
    label={"type": "boolean", "description": "Write “Made with AI” in a corner of the result."},
    engine={"type": "string", "maxLength": 100, "description": "`classic`, or an engine that the operator brought."},
    enhancer={"type": "string", "maxLength": 100, "description": "The operator's enhancer of faces to go over it."},
    finish={
        "type": "string",
        "enum": list(FINISHES),
        "description": "How a network's face is put back: its own way, masked by networks, or by the classic engine.",
    },
    weight={"type": "number", "minimum": 0, "maximum": 1, "description": "How much of the person a network gives."},
    boost={"type": "integer", "enum": list(BOOSTS), "description": "How many times finer a network's face is made."},
)
COMMON: dict[str, Schema] = {
    "target": ref("Photo"),
    "options": ref("Options"),
    "callback_url": WEB_ADDRESS,
    **CLIP_FIELDS,
}
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


def parse_submit(data: Any, caller: Caller) -> Submit:
    """A POST /swaps in either form: JSON, or multipart with files."""
    return _from_form(data, caller) if isinstance(data, QueryDict) else _from_json(data, caller)


def _from_json(data: Any, caller: Caller) -> Submit:
    check(data, "SwapRequest")
    faces = faces_of_json(data, caller)
    with pointing_to("/target"):
        target = from_object(data["target"], caller=caller, label=TARGET_PHOTO)
    options = data.get("options", {})
    return Submit(
        target, faces, options_of(options), wants_label(options), choice_of(options), callback_of(data, caller)
    )


def faces_of_json(data: dict[str, Any], caller: Caller) -> list[FaceInput]:
    """`face` or `faces` of a checked request."""
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
    return faces


def _from_form(data: QueryDict, caller: Caller) -> Submit:
    check_form(data, SWAP_FORM)
    target = from_value(needed(data, "target", "target_url"), caller=caller, label=TARGET_PHOTO)
    faces, options = faces_of_form(data, caller), options_of_form(data)
    return Submit(
        target, faces, options_of(options), wants_label(options), choice_of(options), callback_of(data, caller)
    )


def faces_of_form(data: QueryDict, caller: Caller) -> list[FaceInput]:
    """The face photos of a form, with an index or a reference each, or neither."""
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
    return faces


def callback_of(data: Any, caller: Caller, name: str = "callback_url") -> Callback:
    """Whom a request wants told about the end of its job."""
    with pointing_to(f"/{name}"):
        return Callback(address(data.get(name), name=name), caller.site_url)


def options_of_form(data: QueryDict) -> dict[str, Any]:
    """The options of a form, which come as JSON."""
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
