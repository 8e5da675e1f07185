"""Links to one result: for programs the file without a key, for people its page; both until they expire."""

from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from swaps.models import SwapJob

from .publishing import may_be_shown, refuse_to_show

# Part of every link that is out there: these names stay, whatever the module is called.
_signer = signing.TimestampSigner(salt="swaps.result-link")
_SALT = "swaps.sharing"
SHARED_FOR = timedelta(days=7)


def result_link(job: SwapJob, site_url: str) -> str:
    """The address of a finished job's result under `site_url`; empty where there is none, or it was taken down."""
    if not job.result or job.taken_down:
        return ""
    name = _signer.sign(job.pk.hex) + PurePosixPath(str(job.result.name)).suffix
    return site_url.rstrip("/") + reverse("api:shared_result", args=[name])


def job_of_link(name: str) -> SwapJob | None:
    """The job that a link's last part names; None where it is forged, expired, or the result is gone or taken down."""
    try:
        job_id = _signer.unsign(name.rpartition(".")[0], max_age=settings.RESULT_LINK_TTL)
    except signing.BadSignature:
        return None
    return may_be_shown().filter(pk=UUID(job_id)).first()


def share_path(job: SwapJob) -> str:
    """The path of a fresh link to the job's result.

    Raises
    ------
    DomainError
        Where there is none that others may see.
    """
    refuse_to_show(job)
    return reverse("swaps:shared", args=[signing.dumps(job.pk.hex, salt=_SALT)])


def shared_job(token: str) -> SwapJob | None:
    """The job of a link; None where the link is wrong or too old, or the result is gone or was taken down."""
    try:
        job_id = signing.loads(token, salt=_SALT, max_age=SHARED_FOR)
    except signing.BadSignature:
        return None
    return may_be_shown().filter(pk=job_id).first()
