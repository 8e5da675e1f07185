"""The do-not-use list: whose face no swap may use, and whose only one account may."""

from collections.abc import Iterable

import numpy as np
from django.conf import settings

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition.engine.types import Descriptor
from recognition.models import AuditEntry, Person
from recognition.search.loaded_registries import protected_index


class ProtectedPerson(DomainError):
    """A face belongs to someone whom this account may not use in swaps."""

    code = "protected_person"


def anyone_protected() -> bool:
    """Whether there is anyone to ask about: spares describing faces where there is not."""
    return len(protected_index()) > 0


def refuse_protected(*, account: User | None, descriptors: Iterable[Descriptor], where: str = "") -> None:
    """Refuse faces that this account may not use, and write that down for the administrators.

    Parameters
    ----------
    account
        Who asks; None for a visitor without an account.
    descriptors
        Of every face that would be used or changed, (128,) float32 each.
    where
        What for, in words for the audit log, such as `live`.

    Raises
    ------
    ProtectedPerson
        For the first such face.
    """
    queries = np.array(list(descriptors), np.float32).reshape(-1, 128)
    index = protected_index()
    if not len(index) or not len(queries):
        return
    limit = settings.PROTECTED_THRESHOLD
    # The nearest single photo counts here, not several together: a miss weighs more than a needless refusal.
    for near in index.nearest(queries, 32):
        for number, distance in zip(near.people.tolist(), near.distances.tolist(), strict=True):
            if distance <= limit and not _is_own(account, number):
                _refuse(account, number, distance, where)


def _is_own(account: User | None, number: int) -> bool:
    return account is not None and Person.objects.filter(pk=number, registry__owner=account).exists()


def _refuse(account: User | None, number: int, distance: float, where: str) -> None:
    person = Person.objects.filter(pk=number).first()
    AuditEntry.objects.create(
        event=AuditEntry.Event.REFUSED,
        account=account,
        person=person,
        details={"distance": round(distance, 4), "threshold": settings.PROTECTED_THRESHOLD, "where": where},
    )
    raise ProtectedPerson
