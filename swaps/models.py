"""Swap jobs: what was asked, how far it is, and what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import StoredError

# Django looks for models here.
from .clip_jobs.models import ClipTask as ClipTask
from .clip_jobs.models import SwapClip as SwapClip
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

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        CLIP = "clip", _("clip")

    PERCENT: ClassVar = {Stage.QUEUED: 0, Stage.FINDING: 20, Stage.SWAPPING: 50, Stage.SAVING: 85, Stage.DONE: 100}
    OPEN: ClassVar = (Status.QUEUED, Status.RUNNING)
    ENDED_WITHOUT: ClassVar = (Status.FAILED, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="swap_jobs")
    origin = models.CharField(max_length=20, default="site")  # the surface it came by: site, api, or a dialect's name
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.QUEUED)
    price = models.PositiveIntegerField()
    # Whether photos of it are still to be fetched from their addresses: it waits for those, and not yet for a worker.
    fetching = models.BooleanField(default=False, db_default=False)
    title = models.CharField(max_length=100, blank=True)  # what the person's file was called; to find it again by
    # The language of whoever asked, for what is written to them later; and whether they asked for a letter.
    language = models.CharField(max_length=10, blank=True)
    letter_wanted = models.BooleanField(default=False)
    options = models.JSONField(default=dict, blank=True)

    # What is changed; and of a clip the seconds and frames of the part that counts, and how many of those are done.
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.PHOTO, db_default=Kind.PHOTO)
    duration = models.FloatField(default=0, db_default=0)
    frames = models.PositiveIntegerField(default=0, db_default=0)
    frames_done = models.PositiveIntegerField(default=0, db_default=0)

    # The attempt that holds the lease may write; an older one, however late, changes nothing (it fences itself off).
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    target = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    target_url = models.URLField(blank=True, max_length=2000)
    result = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    thumbnail = models.ImageField(upload_to=job_file_path, blank=True, max_length=200)
    stored_bytes = models.BigIntegerField(default=0, db_default=0)  # of all its files; of jobs from before, none
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
    error_details = models.JSONField(default=dict, db_default={}, blank=True)
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
            models.Index(fields=["status"], condition=models.Q(letter_wanted=True), name="letters_to_write"),
            models.Index(fields=["created"], condition=models.Q(fetching=True), name="jobs_to_fetch_for"),
            models.Index(fields=["owner", "stored_bytes"], name="stored_of_an_account"),  # added up in the index alone
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
    def stage_in_words(self) -> str:
        return gettext("Fetching the photos") if self.fetching else self.get_stage_display()

    @property
    def percent(self) -> int:
        stage = self.Stage(self.stage)
        if self.is_clip and stage == self.Stage.SWAPPING and self.frames:
            least, most = self.PERCENT[self.Stage.FINDING], self.PERCENT[self.Stage.SAVING]
            return least + (most - least) * min(self.frames_done, self.frames) // self.frames
        return self.PERCENT[stage]

    @property
    def seconds_left(self) -> int | None:
        """How long a clip that is being swapped still takes, at the speed it had so far; None where nobody can tell."""
        if not (self.is_clip and self.stage == self.Stage.SWAPPING and self.frames_done and self.started):
            return None
        spent = (timezone.now() - self.started).total_seconds()
        return max(1, round(spent * (self.frames - self.frames_done) / self.frames_done))

    @property
    def result_is_film(self) -> bool:
        return str(self.result.name).endswith((".mp4", ".webm", ".mov"))

    @property
    def is_clip(self) -> bool:
        return self.kind == self.Kind.CLIP

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
        if self.is_clip:
            return self.width, self.height
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
    # What the face photo was called, to offer it again by.
    title = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"face {self.position} of {self.job_id}"

    @property
    def has_reference(self) -> bool:
        return bool(self.reference or self.reference_url)


class ResultHash(models.Model):
    """How a face on a result looks, as `engine.face_hash` puts it, so that a copy of the picture is known again."""

    job = models.ForeignKey(SwapJob, on_delete=models.CASCADE, related_name="hashes")
    bits = models.BinaryField(max_length=32)
    reach = models.PositiveSmallIntegerField()  # a copy is at most so many bits away

    class Meta:
        verbose_name_plural = "result hashes"

    def __str__(self) -> str:
        return f"hash of {self.job_id}"


class ConsentRequest(models.Model):
    """Somebody in a picture, or whose face is kept, is asked by a link whether they agree; see results.consent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not answered")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    ENDED: ClassVar = (State.DECLINED, State.WITHDRAWN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consent_requests")
    # One of the two; empty once it is gone.
    job = models.ForeignKey(SwapJob, on_delete=models.SET_NULL, null=True, blank=True, related_name="consent_requests")
    person = models.ForeignKey(
        "recognition.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="consent_requests"
    )
    words = models.CharField(max_length=200, blank=True)  # from the owner to whom they ask
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()  # where it was not answered
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        indexes: ClassVar = [models.Index(fields=["owner", "-created"])]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.id}"

    @property
    def is_there(self) -> bool:
        """Whether what it is about is still kept."""
        return self.job_id is not None or self.person_id is not None


class AccountTurn(models.Model):
    """When an account had its last turn at the workers; see jobs.turns."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    ended = models.DateTimeField(null=True)  # empty: never yet
    started = models.PositiveSmallIntegerField(default=0)  # jobs of the turn that it is having

    def __str__(self) -> str:
        return f"turn of {self.owner_id}"


def batch_file_path(instance: "BatchItem | BatchFace", filename: str) -> str:
    """Photos that wait in a batch lie where their job will look for them; the faces of all of them in one folder."""
    folder = instance.pk if isinstance(instance, BatchItem) else instance.batch_id
    return f"swaps/{folder}/{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class SwapBatch(models.Model):
    """Many photos that get the same faces. Each is a job of its own; this row says what they have in common."""

    class Status(models.TextChoices):
        COLLECTING = "collecting", _("not started")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="swap_batches")
    origin = models.CharField(max_length=20, default="site")
    status = models.CharField(max_length=10, choices=Status, default=Status.COLLECTING)
    options = models.JSONField(default=dict, blank=True)  # as a job has them
    price = models.PositiveIntegerField()  # of one photo
    language = models.CharField(max_length=10, blank=True)
    letter_wanted = models.BooleanField(default=False, db_default=False)
    stored_bytes = models.BigIntegerField(default=0, db_default=0)  # of its faces; those of photos are told with each
    callback_url = models.URLField(blank=True, max_length=2000)
    site_url = models.CharField(max_length=300, blank=True)

    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    completed = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        verbose_name_plural = "swap batches"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created"]),
            models.Index(fields=["status"]),
            models.Index(fields=["status"], condition=models.Q(letter_wanted=True), name="batch_letters_to_write"),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("swaps:batch", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.RUNNING


class BatchFace(models.Model):
    """A face photo of a batch, stored once: the face rows of all its jobs name this file."""

    batch = models.ForeignKey(SwapBatch, on_delete=models.CASCADE, related_name="faces")
    position = models.PositiveSmallIntegerField(default=0)
    index = models.PositiveSmallIntegerField(null=True, blank=True)
    photo = models.ImageField(upload_to=batch_file_path, blank=True, max_length=200)
    reference = models.ImageField(upload_to=batch_file_path, blank=True, max_length=200)
    person = models.ForeignKey("recognition.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"face {self.position} of batch {self.batch_id}"


class BatchItem(models.Model):
    """One photo of a batch: its file until the batch starts, then its job; or why it can't become one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of its first job too
    batch = models.ForeignKey(SwapBatch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=100, blank=True)
    target = models.ImageField(upload_to=batch_file_path, blank=True, max_length=200)
    target_url = models.URLField(blank=True, max_length=2000)
    stored_bytes = models.BigIntegerField(default=0, db_default=0)  # until the batch starts; then its job tells them
    job = models.OneToOneField(SwapJob, on_delete=models.CASCADE, null=True, blank=True, related_name="batch_item")
    handed = models.BooleanField(default=False)  # whether its job was given to the queue: a few at a time are
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_details = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "position"], name="one_place_in_a_batch")]

    def __str__(self) -> str:
        return f"photo {self.position} of batch {self.batch_id}"

    @property
    def number(self) -> int:
        """Its place among the others as people count."""
        return self.position + 1

    @property
    def status(self) -> str:
        """As a job's; one that is not started waits, and what can't become a job has failed."""
        if self.job is not None:
            return self.job.status
        return SwapJob.Status.FAILED if self.error_code else "waiting"

    @property
    def error_text(self) -> str:
        """Why it came to nothing, in the language in force; empty where it did not."""
        if self.job is not None:
            return self.job.error_text
        if not self.error_code:
            return ""
        return spoken(StoredError(self.error_message, self.error_details, code=self.error_code))

    @property
    def can_be_tried_again(self) -> bool:
        job = self.job
        return job is not None and job.status in job.ENDED_WITHOUT and bool(job.target or job.target_url)


class WebhookDelivery(models.Model):
    """One message to a callback address: made with the end of a job or batch, sent until it arrives or is given up."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DELIVERED = "delivered", _("delivered")
        GONE = "gone", _("refused for good")
        FAILED = "failed", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(SwapJob, on_delete=models.CASCADE, related_name="deliveries", null=True, blank=True)
    batch = models.ForeignKey(SwapBatch, on_delete=models.CASCADE, related_name="deliveries", null=True, blank=True)
    url = models.URLField(max_length=2000)
    body = models.TextField(blank=True)  # written at the first try; every try sends the same
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)  # of the try that is under way
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        verbose_name_plural = "webhook deliveries"
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try"]),
            models.Index(
                fields=["lease_until"], condition=models.Q(lease_until__isnull=False), name="deliveries_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.url}"

    @property
    def about(self) -> SwapJob | SwapBatch:
        """What has ended."""
        about = self.job or self.batch
        assert about is not None  # one of them is set where the row is made
        return about


class CallbackHost(models.Model):
    """A host that did not answer an account's callbacks in time, and until when they leave it alone.

    A row an account, so that nobody's slow address holds up what others send to the same host.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="callback_hosts")
    host = models.CharField(max_length=255)
    timeouts = models.PositiveIntegerField(default=0)  # in a row
    open_until = models.DateTimeField()  # as a circuit breaker is open: nothing passes. In the past: it is closed

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "host"], name="callback_host_of_an_account")]

    def __str__(self) -> str:
        return self.host


class WebhookAttempt(models.Model):
    """One try of a delivery, and what came of it."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(auto_now_add=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the answer, where there was one
    outcome = models.CharField(max_length=300)  # a sentence whose places the details fill
    outcome_details = models.JSONField(default=dict, db_default={}, blank=True)
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
