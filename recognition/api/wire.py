"""The words of comparing and recognising in the native API: what a request means, and how an answer looks as JSON."""

from typing import Any

from django.http import QueryDict

from faceswap_site.lib.api.openapi import FILE
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import Schema, check, check_form, needed, obj, ref
from recognition.engine import Face
from recognition.engine.compare import (
    CALIBRATION_SOURCE,
    DEFAULT_THRESHOLD,
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    STRICT_THRESHOLD,
)
from recognition.photos.inputs import Caller, PhotoInput, from_object, from_value
from recognition.recognise import Comparison, RecognisedFace

PRESETS = {"default": DEFAULT_THRESHOLD, "strict": STRICT_THRESHOLD}
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
NUMBER: Schema = {"type": "number"}
VERDICT: Schema = {"type": "string", "enum": ["match", "uncertain", "no_match"]}
SIMILARITY: Schema = {"type": "number", "minimum": 0, "maximum": 1, "description": "Calibrated; see `calibration`."}
CALIBRATION: Schema = {"type": "string", "description": "Where the curve from distance to similarity comes from."}
BOX: Schema = NUMBERS | {"description": "left, top, right, bottom, in pixels"}
LANDMARKS: Schema = {"type": "array", "items": NUMBERS, "description": "68 points of the iBUG scheme."}
REASONS: Schema = {"type": "array", "items": {"type": "string"}}
POINTS = obj("cost balance", cost={"type": "integer"}, balance={"type": "integer"})
FACE: dict[str, Schema] = {
    "box": BOX,
    "landmarks": LANDMARKS,
    "quality": obj("score reasons", score=NUMBER, reasons=REASONS),
}
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
    "Comparison": obj(
        "verdict distance similarity calibration threshold one other points",
        title="The largest faces of two photos; distances under the threshold mean one person.",
        verdict=VERDICT,
        distance=NUMBER,
        similarity=SIMILARITY,
        calibration=CALIBRATION,
        threshold=NUMBER,
        one=obj("box landmarks quality", title="", **FACE),
        other=obj("box landmarks quality", title="", **FACE),
        points=POINTS,
    ),
    "Recognition": obj(
        "faces calibration points",
        calibration=CALIBRATION,
        points=POINTS,
        faces={
            "type": "array",
            "items": obj(
                "box landmarks quality verdict candidates threshold margin",
                title="",
                **FACE,
                verdict=VERDICT,
                threshold=NUMBER,
                margin={"anyOf": [NUMBER, {"type": "null"}], "description": "How far the second candidate is behind."},
                candidates={
                    "type": "array",
                    "items": obj(
                        "person_id name distance similarity",
                        person_id={"type": "string"},
                        name={"type": "string"},
                        distance=NUMBER,
                        similarity=SIMILARITY,
                    ),
                },
            ),
        },
    ),
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


def render_comparison(result: Comparison) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "distance": round(result.distance, 4),
        "similarity": result.similarity,
        "calibration": CALIBRATION_SOURCE,
        "threshold": result.threshold,
        "one": render_face(result.one),
        "other": render_face(result.other),
    }


def render_recognition(found: list[RecognisedFace]) -> dict[str, Any]:
    return {"faces": [render_recognised(face) for face in found], "calibration": CALIBRATION_SOURCE}


def render_recognised(found: RecognisedFace) -> dict[str, Any]:
    return {
        **render_face(found.face),
        "verdict": found.verdict,
        "threshold": found.threshold,
        "margin": found.margin,
        "candidates": [
            {
                "person_id": str(candidate.person_id),
                "name": candidate.name,
                "distance": candidate.distance,
                "similarity": candidate.similarity,
            }
            for candidate in found.candidates
        ],
    }


def render_face(face: Face) -> dict[str, Any]:
    return {
        "box": box_of(face),
        "landmarks": [[round(float(x), 1), round(float(y), 1)] for x, y in face.landmarks],
        "quality": {"score": round(face.quality.score, 3), "reasons": list(face.quality.reasons)},
    }


def box_of(face: Face) -> list[float]:
    return [round(float(value), 1) for value in face.box]
