"""What an account's keys may ask about it: its balance, prices and limits, and its ledger."""

from django.conf import settings
from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import PointEntry
from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.openapi import PAGING, documented, told

from .base import AccountView
from .serializers import AccountSerializer, PointEntrySerializer


class OwnAccountView(AccountView):
    tag = "Account"

    @documented(
        operation_id="get_account",
        summary=gettext_noop("Your balance, the prices and the limits"),
        responses=told(AccountSerializer, "Your account."),
    )
    def get(self, request: Request) -> Response:
        limits = {
            "requests_per_minute": settings.RATE_LIMITS["key"][0],
            "photo_bytes": settings.MAX_UPLOAD_BYTES,
            "photo_pixels": settings.MAX_PHOTO_PIXELS,
            "retention_days": settings.RETENTION_DAYS,
        }
        account = {"username": self.account.username, "balance": self.account.balance}
        return Response(AccountSerializer({**account, "prices": settings.PRICES, "limits": limits}).data)


class PointsView(AccountView):
    tag = "Account"
    serializer_class = PointEntrySerializer

    @documented(
        operation_id="list_points",
        summary=gettext_noop("Your ledger"),
        parameters=PAGING,
        responses=told(page("PointEntries", PointEntrySerializer(many=True)), "A page, newest first.", 422),
    )
    def get(self, request: Request) -> Response:
        return self.page_of(PointEntry.objects.filter(account=self.account))
