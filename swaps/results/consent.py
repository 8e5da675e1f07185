"""Consent by link: whoever is in a picture, or whose face is kept, says yes or no on their own phone, and may withdraw.

The link needs no account. It is signed, ends unless it is answered in time, and can be called back until then; who has
agreed keeps it, to withdraw by. Then what they agreed to is deleted, and the same photos can't be made public again.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.models import User
from recognition.models import AuditEntry, Person
from recognition.registry.enrolment import Consent, change_consent, delete_person
from swaps.jobs.services import delete_swap
from swaps.models import ConsentRequest, SwapJob, TakenDownPhotos

from .publishing import photos_digest, refuse_to_show

logger = logging.getLogger(__name__)
State = ConsentRequest.State
DAYS_TO_ANSWER = 14
# What is over, and whose picture is gone, is forgotten after so many days.
DAYS_KEPT = 30
_signer = signing.Signer(salt="swaps.consent")  # without a time: it is the same link whenever it is shown


def ask(*, owner: User, job: SwapJob | None = None, person: Person | None = None, words: str = "") -> ConsentRequest:
    """Make a request about a finished result, or about a person whom the owner keeps.

    Raises
    ------
    DomainError
        Where there is no result that others may see.
    TooManyRequests
    """
    if job is not None:
        refuse_to_show(job)
    throttling.spend("consent_request", owner.pk)
    expires = timezone.now() + timedelta(days=DAYS_TO_ANSWER)
    return ConsentRequest.objects.create(owner=owner, job=job, person=person, words=words, expires=expires)


def call_back(request: ConsentRequest) -> bool:
    """End a request that was not answered: its link leads nowhere then. False where there is an answer."""
    return bool(_waiting(request).delete()[0])


def consent_path(request: ConsentRequest) -> str:
    """The path of a request's page, for whoever has it."""
    return reverse("swaps:consent", args=[_signer.sign(request.pk.hex)])


def request_of(token: str) -> ConsentRequest | None:
    """The request of a link; None where it is forged, called back, or was not answered in time."""
    try:
        number = UUID(_signer.unsign(token))
    except signing.BadSignature:
        return None
    request = ConsentRequest.objects.select_related("owner", "job", "person").filter(pk=number).first()
    late = request is not None and request.state == State.WAITING and request.expires < timezone.now()
    return None if late else request


def _waiting(request: ConsentRequest) -> QuerySet[ConsentRequest]:
    return ConsentRequest.objects.filter(pk=request.pk, state=State.WAITING)


def agree(request: ConsentRequest) -> bool:
    """Write down that the person agreed; False where there was an answer, or nothing is left to agree to."""
    with transaction.atomic():
        if not request.is_there or not _waiting(request).update(state=State.AGREED, answered=timezone.now()):
            return False
        if request.person is not None:
            consent = Consent(Person.Basis.CONSENT, _("By a link, on %(day)s") % {"day": timezone.now().date()})
            change_consent(account=request.owner, person=request.person, consent=consent)
        _note(AuditEntry.Event.AGREED, request)
    return True


def refuse(request: ConsentRequest) -> bool:
    """Decline, or withdraw what was agreed to, and delete what it was about; False where that was done before."""
    rows = ConsentRequest.objects.filter(pk=request.pk)
    now = timezone.now()
    with transaction.atomic():
        if rows.filter(state=State.AGREED).update(state=State.WITHDRAWN, answered=now):
            _note(AuditEntry.Event.WITHDRAWN, request)
        elif rows.filter(state=State.WAITING).update(state=State.DECLINED, answered=now):
            _note(AuditEntry.Event.DECLINED, request)
        else:
            return False
    _take_away(request)
    return True


def finish_refusals() -> None:
    """Delete what a broken off refusal left, and forget requests that are long over. Part of the sweep."""
    for request in ConsentRequest.objects.filter(state__in=ConsentRequest.ENDED).select_related(
        "owner", "job", "person"
    ):
        if request.is_there:
            _take_away(request)
    long_ago = timezone.now() - timedelta(days=DAYS_KEPT)
    ConsentRequest.objects.filter(state=State.WAITING, expires__lt=long_ago).delete()
    ConsentRequest.objects.filter(job=None, person=None, created__lt=long_ago).delete()


def _take_away(request: ConsentRequest) -> None:
    """Delete the result, or the person and every result with that face; safe to do twice."""
    jobs = [request.job] if request.job else []
    if request.person is not None:
        jobs += list(SwapJob.objects.filter(owner=request.owner, faces__person=request.person).distinct())
    for job in jobs:
        digest = photos_digest(job)
        if digest:
            TakenDownPhotos.objects.get_or_create(digest=digest)
        delete_swap(job)
    if request.person is not None:
        delete_person(account=request.owner, person=request.person)


def _note(event: AuditEntry.Event, request: ConsentRequest) -> None:
    about = "result" if request.job_id else "person"
    AuditEntry.objects.create(event=event, account=request.owner, details={"request": str(request.pk), "about": about})
