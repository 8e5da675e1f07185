"""Swap jobs: what was asked, how far it is, and what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import StoredError

from .results.framing import TALL, framing_classes


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
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="swap_jobs")
    origin = models.CharField(max_length=20, default="site")  # the surface it came by: site, api, or a dialect's name
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.QUEUED)
    price = models.PositiveIntegerField()
    title = models.CharField(max_length=100, blank=True)  # what the person's file was called; to find it again by
    # The language of whoever asked, for what is written to them later; and whether they asked for a letter.
    language = models.CharField(max_length=10, blank=True)
    letter_wanted = models.BooleanField(default=False)
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
    # Where the face that changed has its middle, as shares of width and height; empty in results from before.
    face_x = models.FloatField(null=True, blank=True)
    face_y = models.FloatField(null=True, blank=True)

    callback_url = models.URLField(blank=True, max_length=2000)
    site_url = models.CharField(max_length=300, blank=True)  # where the caller reached us, for links in callbacks

    error_code = models.CharField(max_length=40, blank=True)
    # The sentence in English and what fills its places; `error` is told in the language of whoever reads it.
    error_message = models.TextField(blank=True)
    error_details = models.JSONField(default=dict, blank=True)
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

    @cached_property
    def face_rows(self) -> "list[SwapFace]":
        """Its face photos in their order. A query for many jobs fetches them with `Prefetch("faces", to_attr=…)`."""
        return list(self.faces.all())

    @property
    def percent(self) -> int:
        return self.PERCENT[self.Stage(self.stage)]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def error(self) -> StoredError:
        """Why it came to nothing; only jobs that failed or were cancelled have a reason."""
        return StoredError(self.error_message, self.error_details, code=self.error_code)

    @property
    def error_text(self) -> str:
        """The same in the language in force; empty for a job without a reason."""
        return spoken(self.error) if self.error_message else ""

    @property
    def photo_to_replace(self) -> str:
        """Of a job that came to nothing: "face" or "target" where one of the photos is the reason, else empty."""
        blamed = str(self.error_details.get("photo", ""))
        return {"face photo": "face", "photo to change": "target"}.get(blamed, "")

    @property
    def framing(self) -> str:
        """The classes of its pictures, which keep the face in view where they are cropped."""
        return framing_classes(self.face_x, self.face_y)

    @property
    def is_tall(self) -> bool:
        return self.height > TALL * self.width

    @property
    def target_size(self) -> tuple[int, int] | None:
        """Width and height of the photo to change; None where it is gone, perhaps since this row was read."""
        try:
            return (self.target.width, self.target.height) if self.target else None
        except FileNotFoundError:
            return None

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
    # Where the person saw that face outlined, as shares of width and height: this decides, and the index only names.
    box = models.JSONField(null=True, blank=True)
    photo = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    url = models.URLField(blank=True, max_length=2000)
    # Instead of an index: a photo of the person in the photo to change whose face is to be replaced.
    reference = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    reference_url = models.URLField(blank=True, max_length=2000)
    # Where the photo is one of somebody known, who that is; and a digest that tells equal photos, to offer each once.
    person = models.ForeignKey(
        "recognition.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="swap_faces"
    )
    fingerprint = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=100, blank=True)  # what the face photo was called, to offer it again by

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"face {self.position} of {self.job_id}"

    @property
    def has_reference(self) -> bool:
        return bool(self.reference or self.reference_url)


class WebhookDelivery(models.Model):
    """One message to a callback address: made with the end of a job, sent until it arrives or the tries are used up."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DELIVERED = "delivered", _("delivered")
        GONE = "gone", _("refused for good")
        FAILED = "failed", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(SwapJob, on_delete=models.CASCADE, related_name="deliveries")
    url = models.URLField(max_length=2000)
    body = models.TextField(blank=True)  # written at the first try; every try sends the same
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    enqueue_at = models.DateTimeField()  # when the sweeper sees to it that the task is in the queue
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        verbose_name_plural = "webhook deliveries"
        indexes: ClassVar = [models.Index(fields=["state", "enqueue_at"])]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.url}"


class WebhookAttempt(models.Model):
    """One try of a delivery, and what came of it."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(auto_now_add=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the answer, where there was one
    outcome = models.CharField(max_length=300)  # a sentence whose places the details fill
    outcome_details = models.JSONField(default=dict, blank=True)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return spoken(StoredError(self.outcome, self.outcome_details))


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


class TakenDownPhotos(models.Model):
    """What tells whether the photos of a result that was taken down come again, and tells nothing else."""

    digest = models.CharField(max_length=64, unique=True)  # publishing.photos_digest
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"photos of a result that was taken down on {self.created:%Y-%m-%d}"


class OperatorEngine(models.Model):
    """A network that the operator brought: its file, its licence, who accepted it, and whom it is switched on for."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        STAFF = "staff", _("staff")
        ACCOUNTS = "accounts", _("the accounts named below")

    name = models.CharField(max_length=100, unique=True)  # the stem of its file; what is asked for
    file = models.CharField(max_length=110)  # in ENGINES_DIR
    sha256 = models.CharField(max_length=64)
    megabytes = models.PositiveIntegerField()
    family = models.CharField(max_length=30)  # of swaps.engine.models.families
    role = models.CharField(max_length=12)

    licence = models.TextField(max_length=2000)
    licence_url = models.CharField(blank=True, max_length=300, validators=[URLValidator(["http", "https"])])
    non_commercial = models.BooleanField(default=True)
    accepted_by = models.CharField(max_length=150)
    accepted = models.DateTimeField(auto_now_add=True)

    # What the look at it saw: provider, milliseconds a face, megabytes. Empty until it was passed.
    probed = models.DateTimeField(null=True, blank=True)
    probe = models.JSONField(default=dict, blank=True)

    enabled = models.BooleanField(default=False)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    accounts = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="engines")
    price = models.PositiveSmallIntegerField(default=0)  # points for each face; 0 where the licence is non-commercial
    order = models.PositiveSmallIntegerField(default=100)  # lower ones first, among those that stand in
    stands_in = models.BooleanField(default=False)  # for those before it that fail or are gone

    class Meta:
        ordering: ClassVar = ["role", "order", "name"]

    def __str__(self) -> str:
        return self.name
