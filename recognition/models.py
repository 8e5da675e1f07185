"""Who is known: registries of people and their face photos, and what administrators must be able to look up."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .engine.compare import ENCODER


def face_file_path(instance: "KnownFace", filename: str) -> str:
    """Keep all files of a person in one folder, under names that can't be guessed."""
    return f"recognition/{instance.person.uuid}/{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class Registry(models.Model):
    """A collection of people: an account's own, or the site's (no owner), which administrators keep.

    `version` grows with every change, in its transaction; processes compare it with what they hold in memory.
    """

    # A number that is never used again, so that memory of a registry that is gone can't be taken for another's.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="registry"
    )
    version = models.PositiveBigIntegerField(default=0)
    # Removals before this version are no longer listed: who holds an older one reads everything anew.
    log_starts = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "registries"
        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), condition=Q(owner=None), name="one_registry_of_the_site")
        ]

    def __str__(self) -> str:
        return f"registry of {self.owner}" if self.owner else "registry of the site"


class Person(models.Model):
    """Someone with face photos, and on what grounds they are kept."""

    class Basis(models.TextChoices):
        MYSELF = "myself", _("It is me")
        CONSENT = "consent", _("The person agreed")
        GUARDIAN = "guardian", _("A parent or guardian agreed")
        LAW = "law", _("The law allows or requires it")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registry = models.ForeignKey(Registry, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(_("name"), max_length=100)
    # Site-wide registry only: no swap may use this person, as face or as target.
    protected = models.BooleanField(_("may not be used in swaps"), default=False)
    # Private registries only: the owner asks that no other account may use this face; it holds once confirmed.
    reserved = models.BooleanField(_("my own face, for me alone"), default=False)
    reservation_confirmed = models.DateTimeField(null=True, blank=True)

    consent_basis = models.CharField(_("consent"), max_length=10, choices=Basis)
    consent_note = models.CharField(_("consent, in words"), max_length=200, blank=True)
    consent_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    consent_recorded = models.DateTimeField(auto_now_add=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "people"
        indexes: ClassVar = [models.Index(fields=["registry", "name"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("recognition:person", args=[self.uuid])


class Reservation(Person):
    """A person whose account asks that nobody else may use the face, as administrators see it."""

    class Meta:
        proxy = True
        verbose_name = "own face to confirm"
        verbose_name_plural = "own faces to confirm"


class KnownFace(models.Model):
    """One face photo of a person with its descriptor."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="faces")
    # The face with a margin, not the whole photo: nobody beside it is kept.
    photo = models.ImageField(upload_to=face_file_path, blank=True, max_length=200)
    descriptor = models.BinaryField(max_length=512)  # 128 float32, little-endian
    encoder = models.CharField(max_length=40, default=ENCODER)
    quality = models.FloatField(default=1.0)
    reasons = models.JSONField(default=list, blank=True)  # in words, what lowers the quality
    version = models.PositiveBigIntegerField(default=0)  # of the registry, when this row came or last changed
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created", "id"]
        indexes: ClassVar = [models.Index(fields=["version"])]

    def __str__(self) -> str:
        return f"face {self.pk}"

    @property
    def dialog_id(self) -> str:
        """Names this face's question on a page."""
        return f"forget-{self.pk}"


class RemovedFace(models.Model):
    """The bare number of a face that is gone, for the processes that still hold it in memory; kept for a day."""

    registry = models.ForeignKey(Registry, on_delete=models.CASCADE, related_name="removed_faces")
    face = models.BigIntegerField()
    version = models.PositiveBigIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["registry", "version"])]

    def __str__(self) -> str:
        return f"face {self.face} is gone"


class AuditEntry(models.Model):
    """What happened around known faces. It never carries a person's name, so it may outlast the person."""

    class Event(models.TextChoices):
        REFUSED = "refused", _("swap refused: protected person")
        PERSON_ADDED = "person_added", _("person added")
        PERSON_DELETED = "person_deleted", _("person deleted")
        PERSON_CHANGED = "person_changed", _("person changed")
        FACE_ADDED = "face_added", _("face photo added")
        FACE_DELETED = "face_deleted", _("face photo deleted")
        MERGED = "merged", _("people merged")
        ENCODED = "encoded", _("registry encoded anew")
        AGREED = "agreed", _("consent given by link")
        DECLINED = "declined", _("consent declined by link")
        WITHDRAWN = "withdrawn", _("consent withdrawn by link")

    event = models.CharField(max_length=20, choices=Event)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    details = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["-created", "-id"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return self.get_event_display()


def bulk_file_path(instance: "BulkPhoto", filename: str) -> str:
    """Photos wait here for the worker, and are deleted when it has seen them."""
    return f"{upload_folder(instance.upload_id)}/{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


def upload_folder(upload_id: uuid.UUID) -> str:
    """Where the photos of one bulk upload lie."""
    return f"recognition/uploads/{upload_id}"


class BulkUpload(models.Model):
    """Many photos for the site's registry, uploaded at once and looked at by the worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    consent_basis = models.CharField(max_length=10, choices=Person.Basis)
    consent_note = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"bulk upload of {self.created:%Y-%m-%d %H:%M}"


class BulkPhoto(models.Model):
    """One photo of a bulk upload and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being looked at")
        ADDED = "added", _("added")
        REFUSED = "refused", _("refused")

    upload = models.ForeignKey(BulkUpload, on_delete=models.CASCADE, related_name="photos")
    # The file's name says who it is; emptied when the photo was looked at.
    name = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to=bulk_file_path, blank=True, max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    claimed = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["upload", "state"])]

    def __str__(self) -> str:
        return f"photo {self.pk} of {self.upload_id}"


def found_photo_path(instance: "FoundPhoto", filename: str) -> str:
    return f"found/{instance.pk.hex}{uuid.uuid4().hex}.{filename.rsplit('.', 1)[-1]}"


class FoundPhoto(models.Model):
    """A photo whose faces a program asked for, kept for a while so that a swap can name it or one of its faces."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="found_photos")
    photo = models.ImageField(upload_to=found_photo_path, max_length=200)
    boxes = models.JSONField(default=list)  # of the faces, in the published order
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "swaps_foundphoto"  # where it was made

    def __str__(self) -> str:
        return f"{len(self.boxes)} faces on {self.id}"


class IncomingFiles(models.Model):
    """Files that are being written for a row which is not there yet; see photos/unfinished.py."""

    class Kind(models.TextChoices):
        SWAP = "swap"
        FOUND = "found"

    kind = models.CharField(max_length=5, choices=Kind)
    row = models.UUIDField()
    started = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "swaps_incomingfiles"  # where it was made

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class ContentCount(models.Model):
    """How many photos looked explicit on a day; nothing is kept of the photos."""

    day = models.DateField(unique=True)
    photos = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.photos}"


class ReviewedPhoto(models.Model):
    """A photo that looks explicit to the classifier and was let pass by an administrator who has seen it."""

    number = models.CharField(max_length=12, unique=True)  # the beginning of its digest, which its refusal told
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.number
