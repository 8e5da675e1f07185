"""The pages of a person's own account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from accounts.models import PointEntry
from accounts.privacy.deletion import delete_account
from accounts.privacy.export import account_to_pack
from accounts.privacy.preferences import set_preferences
from accounts.sign_in.welcome import what_is_missing
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.email import send_letter

from .forms import DeleteAccountForm, PreferencesForm

ENTRIES_A_PAGE = 50


@signed_in_only("GET", "POST")
def overview(request: SignedInRequest) -> HttpResponse:
    """Who is signed in, what they have used and prefer, and what they can do with all of it."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, account=request.user)
    if request.method == "POST" and form.is_valid():
        set_preferences(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account:overview")
    counts = request.user.swap_jobs.aggregate(swaps=Count("pk"), results=Count("pk", filter=Q(status="done")))
    context = {"counts": counts, "form": form}
    return render(request, "accounts/overview.html", context, status=400 if form.errors else 200)


@signed_in_only("GET")
def points(request: SignedInRequest) -> HttpResponse:
    """The ledger. A capture moves nothing, so it has no line of its own: its hold is shown as paid."""
    captures = PointEntry.objects.filter(reference=OuterRef("reference"), kind=PointEntry.Kind.CAPTURE)
    entries = PointEntry.objects.filter(account=request.user).exclude(kind=PointEntry.Kind.CAPTURE)
    entries = entries.annotate(paid=Exists(captures.exclude(reference="")))
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/points.html", {"page": page, "missing": what_is_missing(request.user)})


@signed_in_only("POST")
def export(request: SignedInRequest) -> Archive:
    """One archive of everything that is stored about the person."""
    throttling.spend("export", request.user.pk)
    return Archive(f"{request.user.username}-{timezone.localdate():%Y-%m-%d}.zip", account_to_pack(request.user))


@signed_in_only("GET", "POST")
def delete(request: SignedInRequest) -> HttpResponse:
    """Delete everything, after the password was given once more."""
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, account=request.user)
    if request.method == "POST" and form.is_valid():
        account = request.user
        address, username = account.email, account.username
        delete_account(account)
        logout(request)
        send_letter("account_deleted", address, username=username)
        messages.success(request, _("Your account is deleted, with everything that was stored for it."))
        return redirect("home")
    return render(request, "accounts/delete.html", {"form": form}, status=400 if form.errors else 200)
