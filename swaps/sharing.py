"""Private links to a result: whoever has one sees that one picture until it expires, signed in or not.

Nothing is stored: the link carries the job's id and its date under the site's signature. Deleting the job ends it.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from .models import SwapJob
from .publishing import may_be_shown, refuse_to_show

SHARED_FOR = timedelta(days=7)
_SALT = "swaps.sharing"


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
