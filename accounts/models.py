"""Accounts and their points."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. `balance` is kept equal to the sum of its point entries; only accounts.points writes either."""

    balance = models.PositiveIntegerField(_("points"), default=0, editable=False)
    # How long swaps are kept, where the person wants it shorter than the site does; and whether each end is told.
    retention_days = models.PositiveSmallIntegerField(null=True, blank=True)
    letters = models.BooleanField(default=False)
    # How many of its swaps are started in a turn, where other accounts wait too; an administrator's choice.
    turn_weight = models.PositiveSmallIntegerField(
        _("swaps in a turn"), default=1, db_default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Since when it is being deleted; what a process that died left of it, the sweep deletes.
    closed = models.DateTimeField(null=True, blank=True, editable=False)
    # Signed up, and not yet given what new accounts get; see sign_in/welcome.py.
    awaits_points = models.BooleanField(default=False, db_default=False, editable=False)
    # The one account under which strangers' requests run; see guest.py. What an account is called decides nothing.
    is_guest = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="balance_not_negative"),
            models.UniqueConstraint(fields=["is_guest"], condition=Q(is_guest=True), name="one_guest"),
        ]

    @property
    def retention(self) -> timedelta:
        """How long this account's swaps are kept: never longer than the site keeps anything."""
        return timedelta(days=min(self.retention_days or settings.RETENTION_DAYS, settings.RETENTION_DAYS))


class Invitation(models.Model):
    """Somebody may sign up once, by a link that is made of this row; see sign_in/invitations.py."""

    note = models.CharField(_("note"), max_length=200, blank=True)  # whom it is for
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(null=True, blank=True, editable=False)
    account = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.note or f"{self.created:%Y-%m-%d %H:%M}"


class PointEntry(models.Model):
    """One line of the ledger. Entries are only ever added, so that every balance can be explained."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("granted")
        HOLD = "hold", _("held")
        CAPTURE = "capture", _("paid")
        RELEASE = "release", _("given back")
        ADJUST = "adjust", _("adjusted")

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="point_entries", editable=False)
    kind = models.CharField(max_length=10, choices=Kind, editable=False)
    # A hold takes the price, a capture moves nothing, a release returns the price.
    amount = models.IntegerField(editable=False)
    reference = models.CharField(max_length=80, blank=True, editable=False)  # what was paid for, such as swap:<uuid>
    reason = models.CharField(max_length=200, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        verbose_name_plural = "point entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reference"], condition=Q(kind="hold"), name="one_hold_a_reference"),
            # Captured or released, never both and never twice, whichever process comes second.
            models.UniqueConstraint(
                fields=["reference"], condition=Q(kind__in=["capture", "release"]), name="one_settlement_a_reference"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-created"]),
            # The constraints' own indexes hold only some kinds, so databases don't use them to look a reference up.
            models.Index(fields=["reference", "kind"], name="entries_of_a_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+d}"


class ApiKey(models.Model):
    """A key for programs. Only its first characters and its digest are kept; nobody can read it back."""

    class Scope(models.TextChoices):
        READ = "read", _("read jobs, points and the account")
        SWAP = "swap", _("make and delete swaps, find faces")
        RECOGNISE = "recognise", _("compare and recognise faces")
        REGISTRY = "registry", _("change the known faces")

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=20, unique=True, editable=False)  # finds the row, tells keys apart on the page
    digest = models.CharField(max_length=64, editable=False)  # sha256 of the whole key, hexadecimal
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked is None and (self.expires is None or self.expires > timezone.now())


class KeyUse(models.Model):
    """How many requests came with a key on one day."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "day"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"


class WebhookSecret(models.Model):
    """A secret that callbacks are signed with. During a rotation two are in use, so it has to be kept as it is."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhook_secrets")
    secret = models.CharField(max_length=80, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    retires = models.DateTimeField(null=True, blank=True)  # set when a newer one was made

    class Meta:
        ordering: ClassVar = ["-created", "-id"]

    def __str__(self) -> str:
        return f"webhook secret of {self.owner_id}"


class RateWindow(models.Model):
    """How often someone asked for something limited since their window of time began."""

    subject = models.CharField(max_length=100, unique=True)  # what is limited and for whom: key:<id>, guest:<address>
    ends = models.BigIntegerField(db_index=True)  # seconds since 1970
    count = models.PositiveIntegerField(default=0)
    earlier = models.PositiveIntegerField(default=0)  # of windows before this one, not yet added to a key's day

    def __str__(self) -> str:
        return f"{self.subject}: {self.count}"


class IdempotencyKey(models.Model):
    """The answer to a request that its sender named, so that sending it again does nothing twice."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # of path and body
    status = models.PositiveSmallIntegerField(null=True)  # none: still at work
    body = models.JSONField(null=True)
    location = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "swaps_idempotencykey"  # where it was made
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return self.key
