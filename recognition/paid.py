"""What pages ask for points: the price is held while the work is done, and given back where there is no answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import points

from .engine import NoFaceFound, Photo
from .services import Comparison, RecognisedFace, compare_faces, recognise

if TYPE_CHECKING:
    from accounts.models import User


@contextmanager
def paid(account: "User", kind: str, *, reason: str) -> Iterator[None]:
    """Hold the price of `kind`; keep it where the work succeeds, give it back where it raises."""
    reference = f"{kind}:{uuid4()}"
    points.hold(account, settings.PRICES[kind], reference=reference, reason=reason)
    try:
        yield
    except BaseException:
        points.release(reference)
        account.refresh_from_db(fields=["balance"])
        raise
    points.capture(reference)


def recognise_paid(*, account: "User", photo: Photo, threshold: float | None = None) -> list[RecognisedFace]:
    """As `recognise`, for its price; a photo without a face costs nothing and raises NoFaceFound."""
    with paid(account, "recognise", reason=_("Recognise")):
        found = recognise(account=account, photo=photo, threshold=threshold)
        if not found:
            raise NoFaceFound.on(_("photo"))
    return found


def compare_paid(*, account: "User", one: Photo, other: Photo, threshold: float | None = None) -> Comparison:
    """As `compare_faces`, for its price."""
    with paid(account, "compare", reason=_("Compare")):
        return compare_faces(one=one, other=other, threshold=threshold)
