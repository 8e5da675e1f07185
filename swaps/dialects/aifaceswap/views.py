"""The three calls of aifaceswap."""

from collections.abc import Callable
from typing import ClassVar

from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.charges import charged
from accounts.models import ApiKey
from faceswap_site.lib.api.openapi import FILE, FORM, View, answer, dialect_problems, documented
from faceswap_site.lib.api.schema import Schema, ref
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import look_at
from recognition.photos.intake import Caller, pixels
from swaps.jobs import services
from swaps.jobs.submission import Submit

from . import wire

ADDRESS: Schema = {"type": "string"}


def form(**fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": [name for name in fields if name != "webhook"]}


class AifaceswapView(AccountView):
    tag = "Dialect: aifaceswap"
    scopes: ClassVar = {"POST": ApiKey.Scope.SWAP}

    def submit(self, wanted: Submit) -> Response:
        return Response(wire.render_accepted(services.submit_swap(wanted, owner=self.account, origin=wire.ORIGIN)))

    def render_error(self, error: DomainError, status: int) -> Response:
        return Response(wire.render_error(error, status), status=status)


def described(name: str, summary: str, request: str, fields: Schema, result: str) -> Callable[[View], View]:
    return documented(
        operation_id=name,
        summary=summary,
        request={"application/json": ref(request), FORM: fields},
        responses={
            200: answer(ref(result), "OK"),
            **dialect_problems("AifaceswapError", 402, 405, 413, 415, 422),
        },
    )


class FaceswapView(AifaceswapView):
    @described(
        "aifaceswap_faceswap",
        gettext_noop("Swap one face"),
        "AifaceswapSwap",
        form(source_image=FILE, face_image=FILE, webhook=ADDRESS),
        "AifaceswapTask",
    )
    def post(self, request: Request) -> Response:
        return self.submit(wire.parse_single(request.data, Caller.of(self)))


class MultiFaceswapView(AifaceswapView):
    @described(
        "aifaceswap_multi_faceswap",
        gettext_noop("Swap several faces"),
        "AifaceswapMulti",
        form(
            source_image=FILE,
            face_image={"type": "array", "items": FILE},
            index={"type": "array", "items": wire.INTEGER},
            webhook=ADDRESS,
        ),
        "AifaceswapTask",
    )
    def post(self, request: Request) -> Response:
        return self.submit(wire.parse_multi(request.data, Caller.of(self)))


class ExtractFaceView(AifaceswapView):
    @described(
        "aifaceswap_extract_face", gettext_noop("Find faces"), "AifaceswapExtract", form(img=FILE), "AifaceswapFaces"
    )
    def post(self, request: Request) -> Response:
        photo = pixels(wire.parse_extract(request.data, Caller.of(self)), account=self.account, label="photo")
        with charged(self.account, "extract_faces") as charge:
            faces = look_at(photo).faces
        return Response(wire.render_faces(faces, charge.price))
