"""Links to results that work without a key until they expire, for programs and callbacks."""

from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from .models import SwapJob
from .publishing import may_be_shown

_signer = signing.TimestampSigner(salt="swaps.result-link")


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
