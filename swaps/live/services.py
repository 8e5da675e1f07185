"""What the live page writes into the database: a minute's price, and a snapshot for the gallery."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts import points
from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import find_faces
from recognition.engine import decode_photo
from recognition.photos.stored import photo_file, thumbnail_file
from recognition.registry.protection import ProtectedPerson, refuse_protected
from swaps.chosen_engine import hashes_of_result
from swaps.engines.choice import CLASSIC, check_usable, choice_of
from swaps.engines.registry import usable
from swaps.engines.running import described
from swaps.jobs.services import SwapResult, keep_finished
from swaps.models import OperatorEngine, SwapJob
from swaps.results.marking import XMP, signed_file

ORIGIN = "live"


def pay_minute(account_id: int, over: int = 0) -> bool:
    """Take the price of a started live minute, and what an engine costs over it; False where the points don't reach."""
    price = int(settings.PRICES["live_minute"]) + over
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


def engines_of(account_id: int | None, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The engines that a session asks for, the chosen one first, as an engine process takes them; see `described`.

    Raises
    ------
    DomainError
        `no_such_engine` where the account may not name it. Guests, who pay nothing, may name what is free for everyone.
    OptionError
    """
    choice = choice_of(dict(wanted) | {"engine": str(wanted["engine"] or CLASSIC), "enhancer": ""})
    account = User.objects.get(pk=account_id) if account_id is not None else None
    if account is None and choice.engine != CLASSIC and choice.engine not in free_for_everyone():
        names = ", ".join([CLASSIC, *free_for_everyone()])
        raise DomainError("no_such_engine", engine=choice.engine[:100], engines=names)
    check_usable(choice, account)
    engines = described(choice, account)
    return engines if account is not None else [one for one in engines if one["name"] in free_for_everyone()]


def free_for_everyone() -> list[str]:
    """The swappers that a guest may name."""
    everyone = OperatorEngine.Audience.EVERYONE
    return list(usable(None, role="swapper").filter(audience=everyone, price=0).values_list("name", flat=True))


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
