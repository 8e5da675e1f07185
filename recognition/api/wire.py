"""The words of comparing and recognising in the native API: what a request means, and how an answer looks as JSON."""

from typing import Any

from django.http import QueryDict

from faceswap_site.lib.api.openapi import FILE
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import Schema, check, check_form, needed, obj, ref
from recognition.engine.compare import (
    DEFAULT_THRESHOLD,
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    STRICT_THRESHOLD,
)
from recognition.photos.inputs import Caller, PhotoInput, from_object, from_value

PRESETS = {"default": DEFAULT_THRESHOLD, "strict": STRICT_THRESHOLD}
THRESHOLD_TEXT: Schema = {"type": "string", "description": "A distance, or default or strict."}
COMPARE_FORM: Schema = {
    "type": "object",
    "properties": {"one": FILE, "other": FILE, "threshold": THRESHOLD_TEXT},
    "required": ["one", "other"],
    "additionalProperties": False,
}
RECOGNISE_FORM: Schema = {
    "type": "object",
    "properties": {"photo": FILE, "threshold": THRESHOLD_TEXT},
    "required": ["photo"],
    "additionalProperties": False,
}

SCHEMAS: dict[str, Schema] = {
    "Threshold": {
        "description": "How near counts as one person: a distance, default (0.6), or strict (0.5: few false matches).",
        "anyOf": [
            {"type": "number", "minimum": LEAST_THRESHOLD, "maximum": MOST_THRESHOLD},
            {"type": "string", "enum": list(PRESETS)},
        ],
    },
    "CompareRequest": obj("one other", one=ref("Photo"), other=ref("Photo"), threshold=ref("Threshold")),
    "RecogniseRequest": obj("photo", photo=ref("Photo"), threshold=ref("Threshold")),
}


def parse_pair(data: Any, caller: Caller) -> tuple[PhotoInput, PhotoInput, float | None]:
    """The two photos of a comparison, in either form, and the threshold where one was asked for."""
    if isinstance(data, QueryDict):
        check_form(data, COMPARE_FORM)
        one = from_value(needed(data, "one"), caller=caller, label="first photo")
        other = from_value(needed(data, "other"), caller=caller, label="second photo")
        return one, other, parse_threshold(data.get("threshold"))
    check(data, "CompareRequest")
    with pointing_to("/one"):
        one = from_object(data["one"], caller=caller, label="first photo")
    with pointing_to("/other"):
        other = from_object(data["other"], caller=caller, label="second photo")
    return one, other, parse_threshold(data.get("threshold"))


def parse_threshold(given: Any) -> float | None:
    """A preset's word, a number, or a form's text; None where nothing was asked for."""
    if given is None or given == "":
        return None
    if given in PRESETS:
        return PRESETS[given]
    try:
        return float(given)  # whether it makes sense is the service's to say
    except (TypeError, ValueError, OverflowError):
        raise BadRequest("threshold", "/threshold") from None
