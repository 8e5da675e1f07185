"""The page about callbacks: the secret they are signed with, every delivery with its tries, and "send again"."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from swaps.jobs.webhook_secrets import rotate_secret, secrets_in_use
from swaps.jobs.webhooks import send_again
from swaps.models import WebhookDelivery

DELIVERIES_A_PAGE = 25


def _own(request: SignedInRequest) -> Q:
    return Q(job__owner=request.user) | Q(batch__owner=request.user)


@signed_in_only("GET")
def webhooks(request: SignedInRequest) -> HttpResponse:
    rows = WebhookDelivery.objects.filter(_own(request)).select_related("job", "batch").prefetch_related("attempts")
    context = {
        "secrets": secrets_in_use(request.user),
        "page": Paginator(rows, DELIVERIES_A_PAGE).get_page(request.GET.get("page")),
    }
    response = render(request, "accounts/webhooks.html", context)
    response["Cache-Control"] = "no-store"
    return response


@signed_in_only("POST")
def rotate(request: SignedInRequest) -> HttpResponse:
    rotate_secret(request.user)
    messages.success(request, _("There is a new secret. The one before signs along for 24 hours."))
    return redirect("swaps:webhooks")


@signed_in_only("POST")
def again(request: SignedInRequest, delivery_id: object) -> HttpResponse:
    rows = WebhookDelivery.objects.select_related("job", "batch")
    delivery = get_object_or_404(rows, _own(request), pk=delivery_id)
    throttling.spend("callback_again", request.user.pk)
    if send_again(delivery):
        messages.success(request, _("The callback is sent again."))
    else:
        messages.info(request, _("The callback is being sent already. Wait for what comes of it."))
    return redirect("swaps:webhooks")
