"""What pages ask for points: the price is held while the work is done, and given back where there is no answer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.charges import charged
from accounts.models import User
from recognition.engine import NoFaceFound, Photo
from recognition.recognise import Comparison, RecognisedFace, compare_faces, recognise


def recognise_paid(*, account: User, photo: Photo, threshold: float | None = None) -> list[RecognisedFace]:
    """As `recognise`, for its price; a photo without a face costs nothing and raises NoFaceFound."""
    with charged(account, "recognise", reason=gettext_noop("Recognise")):
        found = recognise(account=account, photo=photo, threshold=threshold)
        if not found:
            raise NoFaceFound.on(_("photo"))
    return found


def compare_paid(*, account: User, one: Photo, other: Photo, threshold: float | None = None) -> Comparison:
    """As `compare_faces`, for its price."""
    with charged(account, "compare", reason=gettext_noop("Compare")):
        return compare_faces(one=one, other=other, threshold=threshold)
