"""The native API of recognition: are these one person, and who is it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.charges import charged
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey
from faceswap_site.lib.api.openapi import FORM, KEY, documented, told
from faceswap_site.lib.api.schema import ref
from recognition.photos.intake import Caller, one_photo, pixels
from recognition.recognise import compare_faces, recognise

from .requests import COMPARE_FORM, RECOGNISE_FORM, parse_pair, parse_threshold
from .serializers import ComparisonSerializer, RecognitionSerializer


class RecogniseView(AccountView):
    tag = "Faces"
    scopes: ClassVar = {"POST": ApiKey.Scope.RECOGNISE}

    @documented(
        operation_id="recognise",
        summary=gettext_noop("Who is on this photo?"),
        parameters=[KEY],
        request={"application/json": ref("RecogniseRequest"), FORM: RECOGNISE_FORM},
        responses=told(RecognitionSerializer, "Left to right.", 402, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        data: Any = request.data
        given = one_photo(data, schema="RecogniseRequest", form=RECOGNISE_FORM, caller=Caller.of(self))
        threshold, photo = parse_threshold(data.get("threshold")), pixels(given, account=self.account, label="photo")
        with charged(self.account, "recognise", named=named) as charge:
            found = recognise(account=self.account, photo=photo, threshold=threshold)
            return charge.answer(RecognitionSerializer({"faces": found, "points": charge}).data)


class CompareView(AccountView):
    tag = "Faces"
    scopes: ClassVar = {"POST": ApiKey.Scope.RECOGNISE}

    @documented(
        operation_id="compare",
        summary=gettext_noop("Are these one person?"),
        parameters=[KEY],
        request={"application/json": ref("CompareRequest"), FORM: COMPARE_FORM},
        responses=told(ComparisonSerializer, "The comparison.", 402, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        one, other, threshold = parse_pair(request.data, Caller.of(self))
        first = pixels(one, account=self.account, label="first photo")
        second = pixels(other, account=self.account, label="second photo")
        with charged(self.account, "compare", named=named) as charge:
            result = compare_faces(one=first, other=second, threshold=threshold)
            return charge.answer(ComparisonSerializer({**vars(result), "points": charge}).data)
