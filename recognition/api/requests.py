"""What the native API of recognition is asked: the shapes that are published, and what they mean."""

from typing import Any

from django.utils.translation import gettext_noop

from faceswap_site.lib.api.openapi import FILE
from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.api.schema import Schema, check_request, obj, ref
from faceswap_site.lib.api.schema_errors import WANTED
from recognition.engine.compare import LEAST_THRESHOLD, MOST_THRESHOLD, THRESHOLDS
from recognition.models import Person
from recognition.photos.intake import INDEX, Caller, PhotoInput, photo_of

THRESHOLD_TEXT: Schema = {"type": "string", "description": "A distance, or default or strict."}
COMPARE_FORM = obj("one other", one=FILE, other=FILE, threshold=THRESHOLD_TEXT)
RECOGNISE_FORM = obj("photo", photo=FILE, threshold=THRESHOLD_TEXT)
PHOTO_FORM = obj("photo", photo=FILE, index=INDEX)
NAME: Schema = {
    "type": "string",
    "maxLength": 100,
    "pattern": r"^[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*$",
    "description": "1 to 100 characters.",
    WANTED: gettext_noop("a name of 1 to 100 characters on one line"),
}
NOTE: Schema = {
    "type": "string",
    "maxLength": 200,
    "pattern": r"^[^\x00]*$",
    "description": "In your words.",
    WANTED: gettext_noop("a text of at most 200 characters"),
}
BASIS: Schema = {
    "type": "string",
    "enum": list(Person.Basis.values),
    "description": "It is you, the person agreed, a guardian did, or the law allows it.",
}

SCHEMAS: dict[str, Schema] = {
    "Threshold": {
        "description": "How near counts as one person: a distance, default (0.6), or strict (0.5: few false matches).",
        "anyOf": [
            {"type": "number", "minimum": LEAST_THRESHOLD, "maximum": MOST_THRESHOLD},
            {"type": "string", "enum": list(THRESHOLDS)},
        ],
    },
    "CompareRequest": obj("one other", one=ref("Photo"), other=ref("Photo"), threshold=ref("Threshold")),
    "RecogniseRequest": obj("photo", photo=ref("Photo"), threshold=ref("Threshold")),
    "NewPerson": obj("name consent", name=NAME, consent=obj("basis", basis=BASIS, note=NOTE)),
    "PersonChange": obj("name", name=NAME),
    "NewPhoto": obj("photo", photo=ref("Photo"), index=INDEX),
}


def parse_pair(data: Any, caller: Caller) -> tuple[PhotoInput, PhotoInput, float | None]:
    """The two photos of a comparison, and the threshold where one was asked for."""
    check_request(data, schema="CompareRequest", form=COMPARE_FORM)
    one = photo_of(data, "one", caller=caller, label="first photo")
    other = photo_of(data, "other", caller=caller, label="second photo")
    return one, other, parse_threshold(data.get("threshold"))


def parse_threshold(given: Any) -> float | None:
    """A preset's word, a number, or a form's text; None where nothing was asked for."""
    if given is None or given == "":
        return None
    if given in THRESHOLDS:
        return THRESHOLDS[given]
    try:
        return float(given)  # whether it makes sense is the service's to say
    except (TypeError, ValueError, OverflowError):
        raise BadRequest("threshold", "/threshold") from None
