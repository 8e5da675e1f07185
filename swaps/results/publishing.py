"""Results that their owners show to everyone, and what happens when someone objects.

Only the result is ever public, never the two photos it was made from.
"""

import hashlib
from contextlib import suppress

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from swaps.models import ResultReport, SwapFace, SwapJob, TakenDownPhotos


def may_be_shown() -> QuerySet[SwapJob]:
    """Every result that anyone but its owner may see, however they come to it: what was taken down is none of them."""
    return SwapJob.objects.filter(status=SwapJob.Status.DONE, taken_down=False).exclude(result="")


def refuse_to_show(job: SwapJob) -> None:
    """Raise a DomainError that says why a job, just read, is none of `may_be_shown`; nothing where it is."""
    if job.taken_down:
        raise DomainError("taken_down")
    if job.status != SwapJob.Status.DONE or not job.result:
        raise DomainError("not_done")


def public_results() -> QuerySet[SwapJob]:
    """All public results, the newest first."""
    return may_be_shown().filter(public_since__isnull=False).order_by("-public_since")


def publish(job: SwapJob) -> None:
    """Show a finished result to everyone.

    Raises
    ------
    DomainError
        Where there is no result, or it was taken down, or another one was that was made from the same photos.
    """
    if job.is_clip:  # Explore shows pictures
        raise DomainError("clip_unsupported", case="public")
    if TakenDownPhotos.objects.exists() and TakenDownPhotos.objects.filter(digest=photos_digest(job)).exists():
        raise DomainError("taken_down", case="same_photos")
    if not may_be_shown().filter(pk=job.pk).update(public_since=timezone.now()):
        refuse_to_show(SwapJob.objects.get(pk=job.pk))


def publish_all(jobs: QuerySet[SwapJob]) -> int:
    """Show finished results to everyone, but for those that `publish` refuses; how many are public now."""
    count = 0
    for job in jobs.filter(status=SwapJob.Status.DONE):
        with suppress(DomainError):
            if job.public_since is None:
                publish(job)
            count += 1
    return count


def unpublish(job: SwapJob) -> None:
    unpublish_all(SwapJob.objects.filter(pk=job.pk))


def unpublish_all(jobs: QuerySet[SwapJob]) -> int:
    return jobs.update(public_since=None)


def report(job: SwapJob, *, reason: str, words: str, reporter: User | None) -> ResultReport:
    """Tell the administrators that a public result should not be there."""
    return ResultReport.objects.create(job=job, reason=reason, words=words, reporter=reporter)


def take_down(reports: QuerySet[ResultReport]) -> int:
    """Hide the reported results for good and close all reports about them; how many results that were.

    What is remembered of their photos outlives them, so that the same photos are not made public once more.
    """
    jobs = SwapJob.objects.filter(pk__in=list(reports.values_list("job", flat=True)))
    digests = {photos_digest(job) for job in jobs} - {""}
    with transaction.atomic():
        TakenDownPhotos.objects.bulk_create([TakenDownPhotos(digest=one) for one in digests], ignore_conflicts=True)
        ResultReport.objects.filter(job__in=jobs).update(closed=timezone.now())
        return jobs.update(public_since=None, taken_down=True)


def photos_digest(job: SwapJob) -> str:
    """Tells the photos of a job from others, in whichever order its face photos came; empty where one is gone."""
    faces = SwapFace.objects.filter(job=job)
    try:
        parts = [_digest(job.target), *sorted({_digest(face.photo) for face in faces})]
    except (OSError, ValueError):  # ValueError: there is no file
        return ""
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _digest(file: FieldFile) -> str:
    with file.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def dismiss(reports: QuerySet[ResultReport]) -> int:
    """Close reports and leave the results where they are."""
    return reports.filter(closed=None).update(closed=timezone.now())
