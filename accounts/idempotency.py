"""Requests that their senders named with an Idempotency-Key are answered once and then repeated word for word.

The key's row is written in the transaction that holds the points, so there is never the one without the other.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.errors import DomainError

from .api.base import AccountView
from .models import IdempotencyKey, User

KEPT_FOR = timedelta(hours=24)
# Longer than any call answered at once may take: what is still at work after that has lost its process.
ABANDONED_AFTER = timedelta(minutes=10)


class AnsweredElsewhere(Exception):
    """Another process wrote the key's row between our look and our insert."""


@dataclass(frozen=True)
class NamedRequest:
    """A request with its name and a digest of what it asks for."""

    owner: User
    key: str
    fingerprint: str

    def earlier(self) -> IdempotencyKey | None:
        """The answer given before, if any. Raises DomainError where that was another request, or is still at work."""
        fresh = timezone.now() - KEPT_FOR
        row = IdempotencyKey.objects.filter(owner=self.owner, key=self.key, created__gt=fresh).first()
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise DomainError("idempotency_key_reused")
        if row.status is None:
            raise DomainError("idempotency_key_in_flight")
        return row

    def claim(self, *, status: int | None = None, body: Any = None, location: str = "") -> None:
        """Write the row, in the caller's transaction. Raises AnsweredElsewhere."""
        IdempotencyKey.objects.filter(owner=self.owner, key=self.key, created__lte=timezone.now() - KEPT_FOR).delete()
        try:
            with transaction.atomic():
                IdempotencyKey.objects.create(
                    owner=self.owner,
                    key=self.key,
                    fingerprint=self.fingerprint,
                    status=status,
                    body=json.dumps(body),
                    location=location,
                )
        except IntegrityError as error:
            raise AnsweredElsewhere from error

    def answer(self, *, status: int, body: Any, location: str = "") -> None:
        """Write down the answer that every repetition gets."""
        rows = IdempotencyKey.objects.filter(owner=self.owner, key=self.key)
        # As text: PostgreSQL would put a JSON object's names in another order.
        rows.update(status=status, body=json.dumps(body), location=location)

    def forget(self) -> None:
        """Let the name be used again: the request failed and changed nothing."""
        IdempotencyKey.objects.filter(owner=self.owner, key=self.key, status=None).delete()


def forget_old() -> None:
    """Delete rows that are over, and those of processes that died at work. Part of the sweep."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created__lt=now - KEPT_FOR).delete()
    IdempotencyKey.objects.filter(status=None, created__lt=now - ABANDONED_AFTER).delete()


def fingerprint(request: Request) -> str:
    """A digest of what a request asks for: its path, fields and files, whatever boundary separates them."""
    data: Any = request.data
    if isinstance(data, QueryDict):
        parts: Any = [[name, [_digestible(value) for value in values]] for name, values in sorted(data.lists())]
    else:
        parts = data
    text = json.dumps([request.method, request.path, parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _digestible(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


MOST_CHARACTERS = 255


def named_request(account: User, request: Request) -> NamedRequest | None:
    """The request with its name, or None where its sender gave it none."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= MOST_CHARACTERS or not key.isascii() or not key.isprintable():
        raise BadRequest("idempotency_key", "/header/Idempotency-Key")
    return NamedRequest(account, key, fingerprint(request))


def once(act: Callable[..., Response]) -> Callable[..., Response]:
    """A view's method that acts once for each Idempotency-Key; it gets the named request after the request itself."""

    @wraps(act)
    def method(view: AccountView, request: Request, **parts: str) -> Response:
        named = named_request(view.account, request)
        row = named.earlier() if named else None
        if row is None:
            try:
                return act(view, request, named, **parts)
            except AnsweredElsewhere:
                row = named.earlier() if named else None
                if row is None:
                    raise
        view.headers["Idempotent-Replayed"] = "true"
        return view.answer_again(row)

    return method
