"""/face_match and /face_rec: a form page for people, an answer in JSON for programs."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.charges import charged
from accounts.models import ApiKey
from faceswap_site.lib.api.openapi import FILE, FORM, answer, dialect_problems, documented, query
from faceswap_site.lib.api.schema import ref
from faceswap_site.lib.api.view import BriefErrors
from recognition.recognise import compare_faces, recognise

from . import wire

PARAMETERS = ("facial_features", "face_locations")
SWITCH = {"type": "string", "examples": ["true"]}
PAGE = {(200, "text/html"): answer({"type": "string"}, "A page with a form.")}
ERRORS = dialect_problems("FaceRecError", 402, 405, 413, 415, 422)


class FaceRecSurface(BriefErrors, AccountView):
    tag = "Dialect: face_rec"
    open_surface = "face_rec"
    scopes: ClassVar = {"POST": ApiKey.Scope.RECOGNISE}

    def get_authenticators(self) -> Any:
        """Whoever opens the page in a browser has no key to send."""
        return [] if getattr(self.request, "method", "") == "GET" else super().get_authenticators()


class FaceMatchView(FaceRecSurface):
    @documented(operation_id="face_match_page", summary="A form page", responses=PAGE, auth=[])
    def get(self, request: Request) -> HttpResponse:
        return render(request._request, "recognition/face_rec.html", {"fields": ["file1", "file2"]})

    @documented(
        operation_id="face_match",
        summary=gettext_noop("Are these one person?"),
        request={
            FORM: {"type": "object", "properties": {"file1": FILE, "file2": FILE}, "required": ["file1", "file2"]},
            "application/json": ref("FaceMatchRequest"),
        },
        responses={200: answer(ref("FaceMatchResult"), "Whether they match."), **ERRORS},
    )
    def post(self, request: Request) -> Response:
        one, other = wire.parse_two(request.data)
        with charged(self.account, "compare", free=self.is_guest):
            result = compare_faces(one=one, other=other)
        return Response(wire.render_match(result))


class FaceRecView(FaceRecSurface):
    @documented(operation_id="face_rec_page", summary="A form page", responses=PAGE, auth=[])
    def get(self, request: Request) -> HttpResponse:
        return render(request._request, "recognition/face_rec.html", {"fields": ["file"]})

    @documented(
        operation_id="face_rec",
        summary=gettext_noop("Who is it?"),
        parameters=[
            query("facial_features", "true: the landmarks of a single face.", SWITCH),
            query("face_locations", "true: the box of a single face.", SWITCH),
        ],
        request={
            FORM: {"type": "object", "properties": {"file": FILE}, "required": ["file"]},
            "application/json": ref("FaceRecRequest"),
        },
        responses={200: answer(ref("FaceRecResult"), "The name, or Unknown."), **ERRORS},
    )
    def post(self, request: Request) -> Response:
        photo = wire.parse_photo(request.data)
        wants = {name: request.query_params.get(name, "").lower() == "true" for name in PARAMETERS}
        with charged(self.account, "recognise", free=self.is_guest):
            found = recognise(account=self.account, photo=photo)
            body = wire.render_recognised(found, features=wants[PARAMETERS[0]], locations=wants[PARAMETERS[1]])
        return Response(body)
