"""Explicit pictures are refused before anything is made of them, on every surface.

The classifier errs, so nothing is kept of what was refused but a count, and an administrator who has seen a picture may
let it pass by its number.
"""

import logging
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import explicit_score, explicit_score_of
from recognition.engine import Photo
from recognition.engine.types import ByteImage
from recognition.models import ContentCount, ReviewedPhoto

from .stored import photo_file

logger = logging.getLogger(__name__)

OFF, WARN, REFUSE = "off", "warn", "refuse"
# As many letters of a digest as a person may be asked to copy.
NUMBER_LENGTH = 12
# People use the same face again and again; a score says nothing about anybody.
REMEMBERED_FOR = 24 * 3600


class ExplicitPhoto(DomainError):
    """A photo looks sexually explicit."""

    code = "explicit_photo"


def check_content(photo: Photo, *, name: str) -> None:
    """Refuse a photo that looks explicit, as CONTENT_CHECK says.

    Parameters
    ----------
    photo
        With its pixels at hand, or to be made.
    name
        Which photo it is, such as "face photo".

    Raises
    ------
    ExplicitPhoto
        With a number by which an administrator may let the photo pass: the same wherever the same file is sent.
    """
    if settings.CONTENT_CHECK == OFF:
        return
    digest = sha256(photo.data or photo.rgb.tobytes()).hexdigest()
    score = cache.get(key := f"explicit:{settings.CONTENT_CHECK_FILE}:{digest}")
    if score is None:
        score = explicit_score_of(photo, classifier=classifier())
        cache.set(key, score, REMEMBERED_FOR)
    if score < settings.CONTENT_CHECK_THRESHOLD:
        return
    number = digest[:NUMBER_LENGTH]
    if ReviewedPhoto.objects.filter(number=number).exists():
        return
    if cache.add(f"explicit-counted:{digest}", True, REMEMBERED_FOR):  # once, on however many surfaces
        _count()
    if settings.CONTENT_CHECK == WARN:
        logger.warning("a %s looks explicit (%.2f); it was accepted", name, score)
        return
    raise ExplicitPhoto(photo=name, number=number, contact=settings.CONTACT_EMAIL or "–")


def checked_file(photo: Photo, *, name: str) -> ContentFile[bytes]:
    """The file that a photo is stored as, where it may be; its pixels are forgotten, for others are decoded after it.

    Raises
    ------
    ExplicitPhoto
    """
    check_content(photo, name=name)
    content = photo_file(photo)
    photo.release()
    return content


def refuse_explicit(rgb: ByteImage, *, name: str) -> None:
    """The same without a database, for who sits at the machine: nothing is counted, and no number lets a photo pass."""
    if settings.CONTENT_CHECK == REFUSE and _score(rgb) >= settings.CONTENT_CHECK_THRESHOLD:
        raise ExplicitPhoto(case="command", photo=name)


def _score(rgb: ByteImage) -> float:
    return explicit_score(rgb, classifier=classifier())


def classifier() -> Path | None:
    """The operator's own classifier; None for the one that comes with the site."""
    return Path(settings.CONTENT_CHECK_FILE) if settings.CONTENT_CHECK_FILE else None


def _count() -> None:
    row, _made = ContentCount.objects.get_or_create(day=timezone.localdate())
    ContentCount.objects.filter(pk=row.pk).update(photos=F("photos") + 1)
