"""Accounts and their points."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. `balance` is kept equal to the sum of its point entries; only accounts.points writes either."""

    balance = models.PositiveIntegerField(_("points"), default=0, editable=False)

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [models.CheckConstraint(condition=Q(balance__gte=0), name="balance_not_negative")]


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
        indexes: ClassVar = [models.Index(fields=["account", "-created"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+d}"
