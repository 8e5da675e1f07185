"""What the native API of batches is asked: the shapes that are published, and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from faceswap_site.lib.api.openapi import FILE
from faceswap_site.lib.api.schema import Schema, check, check_form, needed, obj, ref
from recognition.photos.intake import WEB_ADDRESS, Caller, from_object
from swaps.batches.sent_photos import SentPhoto, photos_of_addresses, photos_of_files
from swaps.batches.services import refuse_more_than_fit
from swaps.engine import SwapOptions
from swaps.engine.whole_photo import TARGET_PHOTO
from swaps.engines.choice import EngineChoice, choice_of
from swaps.jobs.submission import Callback, FaceInput, options_of, wants_label

from .requests import FACES, callback_of, faces_of_form, faces_of_json, options_of_form

MOST = settings.BATCH_MAX_PHOTOS
TARGET_FILES: Schema = {
    "type": "array",
    "items": FILE | {"description": "A photo, or a ZIP archive of photos."},
    "maxItems": MOST,
}
TARGET_ADDRESSES: Schema = {"type": "array", "items": WEB_ADDRESS, "maxItems": MOST}
TARGETS: Schema = {"type": "array", "items": ref("Photo"), "maxItems": MOST}
START: Schema = {
    "type": "boolean",
    "default": True,
    "description": "false: only collect. Add photos by POST …/photos, then POST …/start.",
}
PHOTOS_FORM = obj(title="`target` or `target_url` is needed.", target=TARGET_FILES, target_url=TARGET_ADDRESSES)
BATCH_FORM = obj(
    title="`face` or `face_url`, and unless `start` is false `target` or `target_url`, are needed.",
    face={"type": "array", "items": FILE, "description": "One face photo or several."},
    face_url={"type": "array", "items": WEB_ADDRESS},
    index={"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 999}},
    reference={"type": "array", "items": FILE},
    target=TARGET_FILES,
    target_url=TARGET_ADDRESSES,
    options={"type": "string", "description": "The options as JSON."},
    callback_url=WEB_ADDRESS,
    start=START,
)
COMMON: dict[str, Schema] = {
    "targets": TARGETS,
    "options": ref("Options"),
    "callback_url": WEB_ADDRESS,
    "start": START,
}

SCHEMAS: dict[str, Schema] = {
    "BatchRequest": {
        "description": f"Whose face goes on which photos, at most {MOST}: `face` or `faces`, and `targets`.",
        "oneOf": [
            obj("face", title="", face=ref("FaceToUse"), **COMMON) | {"title": "BatchOfOneFace"},
            obj("faces", title="", faces=FACES, **COMMON) | {"title": "BatchOfSeveralFaces"},
        ],
    },
    "BatchPhotosRequest": obj("targets", targets=TARGETS | {"minItems": 1}),
    "BatchRetryRequest": obj(
        title="Which photos to try again; without `items` all that failed or were cancelled.",
        items={"type": "array", "items": {"type": "string", "format": "uuid"}, "minItems": 1, "maxItems": MOST},
    ),
}


@dataclass(frozen=True)
class BatchWanted:
    """A POST /batches, checked."""

    faces: Sequence[FaceInput]
    photos: Sequence[SentPhoto]
    options: SwapOptions
    label: bool
    choice: EngineChoice
    callback: Callback
    start: bool


def parse_batch(data: Any, caller: Caller) -> BatchWanted:
    """A POST /batches in either form."""
    if isinstance(data, QueryDict):
        check_form(data, BATCH_FORM)
        given, faces = options_of_form(data), faces_of_form(data, caller)
        start = str(data.get("start") or "true").lower() not in ("false", "0", "no")
        photos = _photos_of_form(data, caller, least=start)
    else:
        check(data, "BatchRequest")
        given, faces, start = data.get("options", {}), faces_of_json(data, caller), data.get("start", True)
        photos = _photos_of_json(data.get("targets", []), caller)
    return BatchWanted(
        faces,
        photos,
        options_of(given),
        wants_label(given),
        choice_of(given),
        callback_of(data, caller),
        start,
    )


def parse_photos(data: Any, caller: Caller) -> Sequence[SentPhoto]:
    """A POST /batches/{id}/photos in either form."""
    if isinstance(data, QueryDict):
        check_form(data, PHOTOS_FORM)
        return _photos_of_form(data, caller)
    check(data, "BatchPhotosRequest")
    return _photos_of_json(data["targets"], caller)


def _photos_of_form(data: QueryDict, caller: Caller, *, least: bool = True) -> list[SentPhoto]:
    if least:
        needed(data, "target", "target_url")
    files = [value for value in data.getlist("target") if isinstance(value, UploadedFile)]
    photos = [*photos_of_files(files), *photos_of_addresses(data.getlist("target_url"), caller=caller)]
    refuse_more_than_fit(0, len(photos))
    return photos


def _photos_of_json(targets: Sequence[dict[str, Any]], caller: Caller) -> list[SentPhoto]:
    def sent(given: dict[str, Any]) -> SentPhoto:
        if "url" in given:
            return photos_of_addresses([given["url"]], caller=caller)[0]
        return SentPhoto("", lambda: from_object(given, caller=caller, label=TARGET_PHOTO))

    return [sent(given) for given in targets]
