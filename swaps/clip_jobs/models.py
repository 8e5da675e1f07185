"""A clip on its way to being swapped, and the pieces of the work on it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import StoredError


def clip_file_path(instance: "SwapClip | ClipTask", filename: str) -> str:
    """Files of a clip lie in the folder of the job that it becomes."""
    clip_id = instance.pk if isinstance(instance, SwapClip) else instance.clip_id
    return f"swaps/{clip_id}/{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class SwapClip(models.Model):
    """A clip that came in: looked at once, shown to whoever chooses its people, and then the target of a job."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of its job too
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="swap_clips")
    job = models.OneToOneField("swaps.SwapJob", on_delete=models.CASCADE, null=True, blank=True, related_name="clip")
    title = models.CharField(max_length=100, blank=True)
    file = models.FileField(upload_to=clip_file_path, max_length=200)
    stored_bytes = models.BigIntegerField(default=0)
    poster = models.ImageField(upload_to=clip_file_path, max_length=200)

    # By its content: what kind of file it is, pixels as they are shown, the codecs of its sound tracks.
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    duration = models.FloatField()  # seconds of all of it
    frames = models.PositiveIntegerField()
    time_base = models.CharField(max_length=40)  # the seconds of a step of time, and the frames a second, as fractions
    rate = models.CharField(max_length=40)
    sound = models.JSONField(default=list, blank=True)

    # What was asked for: the part that counts, in seconds, and the kind of file to make.
    begin = models.FloatField(null=True, blank=True)
    end = models.FloatField(null=True, blank=True)
    output = models.CharField(max_length=10, blank=True)

    # What the look at it found: an Analysis, and of each person a small picture and when they are there.
    analysis = models.FileField(upload_to=clip_file_path, blank=True, max_length=200)
    people = models.JSONField(null=True, blank=True)
    first_frame = models.ImageField(upload_to=clip_file_path, blank=True, max_length=200)  # the first one swapped

    error_code = models.CharField(max_length=40, blank=True)  # of one that is no job yet
    error_message = models.TextField(blank=True)
    error_details = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True)  # of one that became no job

    class Meta:
        ordering: ClassVar = ["-created"]
        indexes: ClassVar = [models.Index(fields=["expires"]), models.Index(fields=["owner", "-created"])]

    def __str__(self) -> str:
        return f"clip {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("swaps:clip", args=[self.pk])

    @property
    def is_film(self) -> bool:
        """Whether it lies in a container of films, not in a file of pictures."""
        return self.format in {"mp4", "mov", "webm"}

    @property
    def error_text(self) -> str:
        if not self.error_code:
            return ""
        return spoken(StoredError(self.error_message, self.error_details, code=self.error_code))


class ClipTask(models.Model):
    """A piece of the work on a clip that one worker does: looking at it, painting a segment, joining the segments."""

    class Kind(models.TextChoices):
        LOOK = "look"
        PAINT = "paint"
        JOIN = "join"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"

    clip = models.ForeignKey(SwapClip, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=5, choices=Kind)
    number = models.PositiveIntegerField(default=0)  # of a segment
    first = models.PositiveIntegerField(default=0)  # its frames, from this one to the one before `end`
    end = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # As of a job: the attempt that holds the lease may write.
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    frames_done = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=clip_file_path, blank=True, max_length=200)  # a segment's, until it is joined
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["clip", "kind", "number"], name="one_task_of_a_clip")]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of clip {self.clip_id}"
