"""Was this picture made here: parse, call, render."""

from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import throttling
from accounts.api.base import AccountView
from accounts.models import ApiKey
from faceswap_site.lib.api.answers import Answer
from faceswap_site.lib.api.openapi import FORM, documented, told
from faceswap_site.lib.api.schema import ref
from recognition.photos.intake import Caller, one_photo, pixels
from swaps.results.made_here import Checked, check_picture

from .requests import PHOTO_FORM


class CheckSerializer(Answer):
    """What is known of a picture."""

    verdict = serializers.ChoiceField(["yes", "probably", "no"])
    evidence = serializers.ChoiceField(
        ["signature", "picture", "mark"],
        allow_null=True,
        help_text="This site's signature, a result that is still here, or a mark that this software writes.",
    )
    made = serializers.DateField(allow_null=True, help_text="The day in UTC, where it is known.")
    swap = serializers.SerializerMethodField(allow_null=True, help_text="The address of the swap, for its owner alone.")

    def get_swap(self, checked: Checked) -> str | None:
        if checked.job_id is None:
            return None
        return str(self.context["site_url"] + reverse("api:swap", args=[checked.job_id]))


class ChecksView(AccountView):
    tag = "Swaps"
    scopes: ClassVar = {"POST": ApiKey.Scope.READ}

    @documented(
        operation_id="check_picture",
        summary=gettext_noop("Was this picture made here?"),
        request={"application/json": ref("PhotoRequest"), FORM: PHOTO_FORM},
        responses=told(CheckSerializer, "What is known of it.", 404, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        given = one_photo(request.data, schema="PhotoRequest", form=PHOTO_FORM, caller=Caller.of(self))
        throttling.spend("check", self.account.pk)
        checked = check_picture(pixels(given, account=self.account, label="photo"), account=self.account)
        return Response(CheckSerializer(checked, context={"site_url": self.site_url}).data)
