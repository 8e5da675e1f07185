"""Results that their owners show to everyone, and what happens when someone objects.

Only the result is ever public, never the two photos it was made from.
"""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from faceswap_site.errors import DomainError

from .models import ResultReport, SwapJob

if TYPE_CHECKING:
    from accounts.models import User


def public_results() -> QuerySet[SwapJob]:
    """All public results, the newest first."""
    return SwapJob.objects.filter(status=SwapJob.Status.DONE, public_since__isnull=False).order_by("-public_since")


def publish(job: SwapJob) -> None:
    """Show a finished result to everyone.

    Raises
    ------
    DomainError
        Where there is no result, or it was taken down.
    """
    finished = SwapJob.objects.filter(pk=job.pk, status=SwapJob.Status.DONE)
    if not finished.filter(taken_down=False).update(public_since=timezone.now()):
        taken_down = finished.exists()
        message = _("This result was taken down and can't be made public again.") if taken_down else _("Not done yet.")
        raise DomainError(message, code="taken_down" if taken_down else "not_done")


def publish_all(jobs: QuerySet[SwapJob]) -> int:
    """Show finished results to everyone, those that were never taken down; how many are public now."""
    allowed = jobs.filter(status=SwapJob.Status.DONE, taken_down=False)
    allowed.filter(public_since=None).update(public_since=timezone.now())
    return allowed.count()


def unpublish(job: SwapJob) -> None:
    unpublish_all(SwapJob.objects.filter(pk=job.pk))


def unpublish_all(jobs: QuerySet[SwapJob]) -> int:
    return jobs.update(public_since=None)


def report(job: SwapJob, *, reason: str, words: str, reporter: "User | None") -> ResultReport:
    """Tell the administrators that a public result should not be there."""
    return ResultReport.objects.create(job=job, reason=reason, words=words, reporter=reporter)


@transaction.atomic
def take_down(reports: QuerySet[ResultReport]) -> int:
    """Hide the reported results for good and close all reports about them; how many results that were."""
    jobs = SwapJob.objects.filter(pk__in=reports.values("job"))
    count = jobs.update(public_since=None, taken_down=True)
    ResultReport.objects.filter(job__in=reports.values("job")).update(closed=timezone.now())
    return count


def dismiss(reports: QuerySet[ResultReport]) -> int:
    """Close reports and leave the results where they are."""
    return reports.filter(closed=None).update(closed=timezone.now())
