"""Many swaps on one page: the gallery of results and the history of everything."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import throttling
from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.tables import write_table
from swaps.jobs import services
from swaps.models import SwapJob
from swaps.results import publishing
from swaps.results.downloads import results_to_pack

from .filters import JobFilter, JobPaginator

RESULTS_A_PAGE = 24
JOBS_A_PAGE = 30
# Large, and shown by no list: they are left in the database.
UNLISTED = ("options", "report")


@signed_in_only("GET")
def gallery(request: SignedInRequest) -> HttpResponse:
    """A person's results, newest first; asked by the script, only further rows."""
    chosen = JobFilter(request.GET, owner=request.user)
    jobs = SwapJob.objects.filter(owner=request.user, status=SwapJob.Status.DONE).defer(*UNLISTED)
    page = JobPaginator(chosen.narrow(jobs), RESULTS_A_PAGE).get_page(request.GET.get("page"))
    template = "swaps/_gallery_rows.html" if request.htmx else "swaps/gallery.html"
    return render(request, template, {"page": page, "filter": chosen, "query": chosen.query()})


@signed_in_only("GET")
def history(request: SignedInRequest) -> HttpResponse:
    chosen = JobFilter(request.GET, owner=request.user)
    jobs = SwapJob.objects.filter(owner=request.user).defer(*UNLISTED)
    page = JobPaginator(chosen.narrow(jobs), JOBS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filter": chosen, "query": chosen.query(), "statuses": SwapJob.Status.choices}
    return render(request, "swaps/history.html", context)


@signed_in_only("GET")
def history_csv(request: SignedInRequest) -> HttpResponse:
    """The whole history as a table for a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="history.csv"'
    write_table(response, [["id", "title", "created", "completed", "status", "price", "origin", "error"]])
    jobs = SwapJob.objects.filter(owner=request.user).defer(*UNLISTED).iterator(chunk_size=1000)
    write_table(response, (_row(job) for job in jobs))
    return response


@signed_in_only("POST")
def selection(request: SignedInRequest) -> HttpResponseBase:
    """What was chosen in the gallery: one archive of it, or all of it deleted, public or private."""
    jobs = SwapJob.objects.filter(owner=request.user, pk__in=_ids(request.POST.getlist("job")))
    if not jobs:
        messages.error(request, _("Choose at least one result first."))
        return redirect("swaps:gallery")
    act = {"delete": _delete, "publish": _publish, "unpublish": _unpublish}.get(request.POST.get("action", ""))
    if act is not None:
        act(request, jobs)
        return redirect("swaps:gallery")
    throttling.spend("archive", request.user.pk)
    return Archive("results.zip", results_to_pack(jobs))


def _delete(request: SignedInRequest, jobs: QuerySet[SwapJob]) -> None:
    chosen = list(jobs)
    for job in chosen:
        services.delete_swap(job)
    n = len(chosen)
    words = ngettext("%d result deleted with its photos.", "%d results deleted with their photos.", n)
    messages.success(request, words % n)


def _publish(request: SignedInRequest, jobs: QuerySet[SwapJob]) -> None:
    asked, n = jobs.count(), publishing.publish_all(jobs)
    words = ngettext("%d result is public: everyone sees it under Explore.", "%d results are public now.", n)
    messages.success(request, words % n)
    if left := asked - n:
        words = ngettext("%d stays private: it was taken down.", "%d stay private: they were taken down.", left)
        messages.warning(request, words % left)


def _unpublish(request: SignedInRequest, jobs: QuerySet[SwapJob]) -> None:
    n = publishing.unpublish_all(jobs)
    words = ngettext("%d result is private: nobody else sees it.", "%d results are private.", n)
    messages.success(request, words % n)


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _row(job: SwapJob) -> list[object]:
    moments = (_exact(job.created), _exact(job.completed))
    return [job.pk, job.title, *moments, job.status, job.price, job.origin, job.error_text]


def _exact(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
