"""The secrets that an account's callbacks are signed with: one, or two while receivers change over."""

import base64
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, WebhookSecret

CHANGE_OVER = timedelta(hours=24)


def secrets_in_use(owner: User) -> list[str]:
    """The secrets to sign with, newest first; the first one is made when it is first needed."""
    with transaction.atomic():
        valid = Q(retires=None) | Q(retires__gt=timezone.now())
        rows = list(WebhookSecret.objects.filter(valid, owner=owner)[:2])
        if not rows:
            # The account's row is locked, so that two workers don't make two first secrets.
            User.objects.select_for_update().get(pk=owner.pk)
            rows = list(WebhookSecret.objects.filter(valid, owner=owner)[:2]) or [_make(owner)]
    return [row.secret for row in rows]


@transaction.atomic
def rotate_secret(owner: User) -> None:
    """Make a new secret; the one before signs along for a day, older ones end now."""
    now = timezone.now()
    User.objects.select_for_update().get(pk=owner.pk)
    current = WebhookSecret.objects.filter(owner=owner, retires=None)
    WebhookSecret.objects.filter(owner=owner, retires__gt=now).update(retires=now)
    current.update(retires=now + CHANGE_OVER)
    _make(owner)


def _make(owner: User) -> WebhookSecret:
    text = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return WebhookSecret.objects.create(owner=owner, secret=text)
