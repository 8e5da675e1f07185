"""What the live page writes into the database: a minute's price, and a snapshot for the gallery."""

from uuid import uuid4

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts import points
from accounts.models import User
from recognition.chosen_engine import find_faces
from recognition.engine import decode_photo
from recognition.photos.stored import photo_file, thumbnail_file
from recognition.registry.protection import ProtectedPerson, refuse_protected
from swaps.chosen_engine import hashes_of_result
from swaps.jobs.services import SwapResult, keep_finished
from swaps.models import SwapJob
from swaps.results.marking import XMP, signed_file

ORIGIN = "live"


def pay_minute(account_id: int) -> bool:
    """Take the price of a started live minute; False where the points don't reach."""
    price = int(settings.PRICES["live_minute"])
    if not price:
        return True
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return False
    reference = f"live:{uuid4()}"
    try:
        # The minute has begun, so that nothing is left to wait for: held and captured in one transaction.
        with transaction.atomic():
            points.hold(account, price, reference=reference, reason=gettext_noop("Live, one minute"))
            points.capture(reference)
    except points.NotEnoughPoints:
        return False
    return True


def may_be_used(account_id: int | None, descriptor: list[float]) -> bool:
    """Whether an account, or a guest, may change the face before its camera; a refusal is written down."""
    account = User.objects.filter(pk=account_id).first() if account_id is not None else None
    try:
        refuse_protected(account=account, descriptors=[np.array(descriptor, np.float32)], where="live: camera")
    except ProtectedPerson:
        return False
    return True


def keep_snapshot(*, owner: User, jpeg: bytes) -> SwapJob:
    """Put a frame that the person chose into their gallery, free of charge: the minute was paid."""
    photo = decode_photo(jpeg, name="snapshot")  # with the visible label, where frames carry it
    height, width = photo.rgb.shape[:2]
    result = SwapResult(
        file=signed_file(photo_file(photo, xmp=XMP)),
        thumbnail=thumbnail_file(photo),
        width=width,
        height=height,
        report={},
        hashes=hashes_of_result(photo.rgb, None, find_faces(photo.rgb, mode="largest")),
    )
    return keep_finished(owner=owner, origin=ORIGIN, result=result)
