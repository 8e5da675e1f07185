"""Swap jobs: what was asked, how far it is, and what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def job_file_path(instance: "SwapJob | SwapFace", filename: str) -> str:
    """Keep all files of a job in one folder, under names that can't be guessed."""
    job_id = instance.id if isinstance(instance, SwapJob) else instance.job_id
    return f"swaps/{job_id}/{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class SwapJob(models.Model):
    """One swap, from its acceptance to its result. This row is the truth; the queue only carries its id."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        QUEUED = "queued", _("Waiting for a free worker")
        FINDING = "finding", _("Finding faces")
        SWAPPING = "swapping", _("Swapping")
        SAVING = "saving", _("Saving")
        DONE = "done", _("Done")

    PERCENT: ClassVar = {Stage.QUEUED: 0, Stage.FINDING: 20, Stage.SWAPPING: 50, Stage.SAVING: 85, Stage.DONE: 100}
    OPEN: ClassVar = (Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="swap_jobs")
    origin = models.CharField(max_length=20, default="site")  # the surface it came by: site, api, or a dialect's name
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.QUEUED)
    price = models.PositiveIntegerField()
    options = models.JSONField(default=dict, blank=True)

    # The attempt that holds the lease may write; an older one, however late, changes nothing (it fences itself off).
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    target = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    target_url = models.URLField(blank=True, max_length=2000)
    result = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    thumbnail = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    width = models.PositiveIntegerField(default=0)  # of the result, in pixels
    height = models.PositiveIntegerField(default=0)

    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True)  # faces found, seconds by stage

    # When the owner showed the result to everyone (empty: private), and whether an administrator took that back.
    public_since = models.DateTimeField(null=True, blank=True)
    taken_down = models.BooleanField(default=False)

    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    completed = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created"]),
            models.Index(fields=["owner", "status", "-created"]),
            models.Index(fields=["status", "lease_until"]),
            models.Index(fields=["expires"]),
            models.Index(
                fields=["-public_since"], condition=models.Q(public_since__isnull=False), name="public_results"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("swaps:detail", args=[self.pk])

    @property
    def percent(self) -> int:
        return self.PERCENT[self.Stage(self.stage)]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def reference(self) -> str:
        """The name under which the ledger knows this job."""
        return f"swap:{self.pk}"


class SwapFace(models.Model):
    """A face photo of a job, and the face in the photo to change that it goes on."""

    job = models.ForeignKey(SwapJob, on_delete=models.CASCADE, related_name="faces")
    position = models.PositiveSmallIntegerField(default=0)
    # Counted in the published order (left to right); empty: the largest face.
    # Several photos for one index are photos of one person.
    index = models.PositiveSmallIntegerField(null=True, blank=True)
    photo = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    url = models.URLField(blank=True, max_length=2000)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"face {self.position} of {self.job_id}"


class ResultReport(models.Model):
    """Someone's objection to a public result, until an administrator has decided."""

    class Reason(models.TextChoices):
        CONSENT = "consent", _("I am in it and do not agree")
        HARM = "harm", _("It mocks or harms someone")
        SEXUAL = "sexual", _("It is sexual")
        OTHER = "other", _("Something else")

    job = models.ForeignKey(SwapJob, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=10, choices=Reason)
    words = models.TextField(blank=True, max_length=1000)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.job_id}"
