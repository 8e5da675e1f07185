"""What the installation as a whole keeps."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Heartbeat(models.Model):
    """When a host's sweeper was last heard of.

    A row a host: what all sweepers wrote into one place, they would lose to each other.
    """

    host = models.CharField(max_length=255, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.host


class AdminAct(models.Model):
    """A form that an administrator sent on the admin site: from where, to which page, and how it was answered."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    address = models.CharField(max_length=60)
    path = models.CharField("page", max_length=300)
    act = models.CharField("action", max_length=100, blank=True)  # what was chosen for several rows of a list
    status = models.PositiveSmallIntegerField()  # of HTTP: 302 is done, 200 a complaint of the form

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        verbose_name = "act of an administrator"
        verbose_name_plural = "acts of administrators"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.path}"
