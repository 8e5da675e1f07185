"""Photos whose faces a program asked for: kept for a day, so that a swap can name one of the faces."""

import re
from datetime import timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import LARGEST_INDEX, whole_number
from recognition.chosen_engine import Seen, look_at
from recognition.engine import Photo
from recognition.models import FoundPhoto

from . import pixels
from .content_check import check_content
from .stored import load_photo, photo_file
from .unfinished import Kind, being_written, delete_abandoned

KEPT_FOR = timedelta(days=1)
# A face is cut out with this part of its box around it, which shows the finder the whole head.
MARGIN = 0.7
HEX = re.compile(r"[0-9a-f]{32}")


def keep_found(*, owner: User, photo: Photo) -> tuple[FoundPhoto, Seen]:
    """Find the faces of a photo and keep both for a day; ExplicitPhoto where none may be used."""
    check_content(photo, name="photo")
    seen = look_at(photo)
    return keep_boxes(owner=owner, photo=photo, boxes=[list(face.box) for face in seen.faces]), seen


def keep_boxes(*, owner: User, photo: Photo, boxes: list[list[float]]) -> FoundPhoto:
    """Keep a photo, whose faces are found already, for a day."""
    row = FoundPhoto(owner=owner, boxes=boxes, expires=timezone.now() + KEPT_FOR)
    content = photo_file(photo)
    with being_written(Kind.FOUND, row.pk):
        row.photo.save(content.name or "photo", content, save=False)
        try:
            with transaction.atomic():
                keep_open(owner)
                row.save(force_insert=True)
        except BaseException:
            row.photo.delete(save=False)
            raise
    return row


def found_photo(*, owner: User, name: str) -> Photo:
    """The photo that an id names: `<photo>` is all of it, `<photo>-<n>` its face number n with what is around it."""
    photo_id, _dash, number = name.partition("-")
    rows = FoundPhoto.objects.filter(owner=owner, expires__gt=timezone.now())
    row = rows.filter(pk=UUID(photo_id)).first() if HEX.fullmatch(photo_id) else None
    index = whole_number(number, most=LARGEST_INDEX)
    if row is None or (number and (index is None or index >= len(row.boxes))):
        raise DomainError("no_such_photo", id=name)
    photo = load_photo(row.photo, label="photo")
    return photo if index is None else cut_out(photo, row.boxes[index])


def cut_out(photo: Photo, box: list[float]) -> Photo:
    """A face with its surroundings as a photo of its own."""
    left, top, right, bottom = box
    around = (left, top, right, bottom)
    margin = max(right - left, bottom - top) * MARGIN
    return pixels.cut_out(photo, around, margin=margin)


def delete_expired_photos() -> int:
    """Delete the photos whose day is over; return how many. Part of the sweep."""
    expired = list(FoundPhoto.objects.filter(expires__lt=timezone.now())[:200])
    for row in expired:
        forget_found(row)
    return len(expired)


def delete_found_photos(*, account: User) -> None:
    """Delete all that is kept for an account; part of deleting the account."""
    for row in FoundPhoto.objects.filter(owner=account):
        forget_found(row)


def forget_found(row: FoundPhoto) -> None:
    """Delete a photo before its day is over."""
    row.photo.delete(save=False)
    row.delete()


def delete_abandoned_photos() -> int:
    """Delete what killed processes were writing for photos that never got a row; return how many. Part of the sweep."""
    return delete_abandoned(Kind.FOUND, _delete_unless_kept)


def _delete_unless_kept(photo_id: UUID) -> None:
    if FoundPhoto.objects.filter(pk=photo_id).exists():
        return
    for name in default_storage.listdir("found")[1]:
        if name.startswith(photo_id.hex):
            default_storage.delete(f"found/{name}")
