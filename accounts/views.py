"""The pages of a person's own account."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from .http import SignedInRequest
from .models import PointEntry

ENTRIES_A_PAGE = 50


@login_required
@require_GET
def overview(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/overview.html")


@login_required
@require_GET
def points(request: SignedInRequest) -> HttpResponse:
    entries = PointEntry.objects.filter(account=request.user)
    return render(
        request, "accounts/points.html", {"page": Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))}
    )
