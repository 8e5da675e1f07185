"""The native API of recognition: are these one person, and who is it."""

from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.billing import charged
from accounts.models import ApiKey, User
from faceswap_site.api import SurfaceView
from faceswap_site.documented import FILE, FORM, KEY, answer, documented, problems
from faceswap_site.problems import BadRequest
from faceswap_site.schema import Schema, check, obj, publish, ref
from swaps.api import named_charge, photo_of_request
from swaps.api_once import once
from swaps.idempotency import NamedRequest
from swaps.inputs import from_object, from_value, pixels
from swaps.intake import PhotoInput

from .engine import Face
from .services import Comparison, RecognisedFace, compare_faces, recognise

NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
NUMBER: Schema = {"type": "number"}
VERDICT: Schema = {"type": "string", "enum": ["match", "uncertain", "no_match"]}
POINTS = obj("cost balance", cost={"type": "integer"}, balance={"type": "integer"})
COMPARE_FORM: Schema = {"type": "object", "properties": {"one": FILE, "other": FILE}, "required": ["one", "other"]}
PHOTO_FORM: Schema = {"type": "object", "properties": {"photo": FILE}, "required": ["photo"]}
RECOGNISED = obj(
    "box verdict candidates threshold margin",
    box=NUMBERS,
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
            similarity=NUMBER,
        ),
    },
)
publish(
    CompareRequest=obj("one other", one=ref("Photo"), other=ref("Photo"))
    | {"examples": [{"one": {"url": "https://example.org/1.jpg"}, "other": {"url": "https://example.org/2.jpg"}}]},
    Comparison=obj(
        "verdict distance similarity threshold one other points",
        title="The largest faces of two photos; distances under the threshold mean one person.",
        verdict=VERDICT,
        distance=NUMBER,
        similarity=NUMBER,
        threshold=NUMBER,
        one=obj("box", box=NUMBERS),
        other=obj("box", box=NUMBERS),
        points=POINTS,
    ),
    Recognition=obj("faces points", faces={"type": "array", "items": RECOGNISED}, points=POINTS),
)


class RecogniseView(SurfaceView):
    scopes: ClassVar = {"POST": ApiKey.Scope.RECOGNISE}

    @documented(
        operation_id="recognise",
        summary="Who is on this photo?",
        tags=["Faces"],
        parameters=[KEY],
        request={"application/json": ref("PhotoRequest"), FORM: PHOTO_FORM},
        responses={
            200: answer(ref("Recognition"), "Left to right."),
            **problems(402, 404, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request) -> Response:
        return once(self, request, self._recognise)

    def _recognise(self, named: NamedRequest | None) -> Response:
        photo = pixels(photo_of_request(self), label=_("photo"))
        with charged(self.account, "recognise", **named_charge(named)) as charge:
            found = recognise(account=self.account, photo=photo)
            body = {
                "faces": [render_recognised(face) for face in found],
                "points": {"cost": charge.price, "balance": self.account.balance},
            }
            if named is not None:
                charge.on_capture = lambda: named.answer(status=200, body=body)
        return Response(body)


class CompareView(SurfaceView):
    scopes: ClassVar = {"POST": ApiKey.Scope.RECOGNISE}

    @documented(
        operation_id="compare",
        summary="Are these one person?",
        tags=["Faces"],
        parameters=[KEY],
        request={"application/json": ref("CompareRequest"), FORM: COMPARE_FORM},
        responses={200: answer(ref("Comparison"), "The comparison."), **problems(402, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        return once(self, request, self._compare)

    def _compare(self, named: NamedRequest | None) -> Response:
        one, other = parse_pair(self.request.data, self.account)
        first, second = pixels(one, label=_("first photo")), pixels(other, label=_("second photo"))
        with charged(self.account, "compare", **named_charge(named)) as charge:
            result = compare_faces(one=first, other=second)
            points = {"cost": charge.price, "balance": self.account.balance}
            body = render_comparison(result) | {"points": points}
            if named is not None:
                charge.on_capture = lambda: named.answer(status=200, body=body)
        return Response(body)


def parse_pair(data: Any, owner: User) -> tuple[PhotoInput, PhotoInput]:
    """The two photos of a comparison, in either form."""
    if isinstance(data, QueryDict):
        if not data.get("one") or not data.get("other"):
            raise BadRequest(_("Send two photos: one and other."))
        return from_value(data["one"], label=_("first photo")), from_value(data["other"], label=_("second photo"))
    check(data, "CompareRequest")
    return (
        from_object(data["one"], owner=owner, label=_("first photo")),
        from_object(data["other"], owner=owner, label=_("second photo")),
    )


def render_comparison(result: Comparison) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "distance": round(result.distance, 4),
        "similarity": round(result.similarity, 4),
        "threshold": result.threshold,
        "one": {"box": box_of(result.one)},
        "other": {"box": box_of(result.other)},
    }


def render_recognised(found: RecognisedFace) -> dict[str, Any]:
    return {
        "box": box_of(found.face),
        "verdict": found.verdict,
        "threshold": found.threshold,
        "margin": found.margin,
        "candidates": [
            {
                "person_id": str(candidate.person_id),
                "name": candidate.name,
                "distance": round(candidate.distance, 4),
                "similarity": round(candidate.similarity, 4),
            }
            for candidate in found.candidates
        ],
    }


def box_of(face: Face) -> list[float]:
    return [round(float(value), 1) for value in face.box]
