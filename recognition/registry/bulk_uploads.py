"""Many photos at once for the site's registry: stored, looked at by the worker a few at a time, and then deleted."""

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts.models import User
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import describe_faces, find_faces
from recognition.engine import decode_photo
from recognition.engine.compare import ENCODER
from recognition.models import AuditEntry, BulkPhoto, BulkUpload, KnownFace, Person, Registry, upload_folder
from recognition.search.loaded_registries import site_registry, to_bytes

from .enrolment import Consent, add_person, changed, delete_folder, delete_person, enrol_face

State = BulkPhoto.State

# The queue of tasks for registries; the broker lets them take turns with swaps, one at a time.
REGISTRY_QUEUE = "registry"
# So that no swap waits longer for a task than for another swap.
_PHOTOS_A_TASK = 2
_LOST_AFTER = timedelta(seconds=120)


def person_name(file_name: str) -> str:
    """Who a file is of: `Ada Lovelace 2.jpg` and `Ada_Lovelace_0002.jpg` are Ada Lovelace."""
    words = re.sub(r"[_\s]+", " ", PurePosixPath(file_name).stem).strip()
    return re.sub(r"[\s.(-]*\d*\)?$", "", words).strip() or words


def start_bulk_upload(*, account: User, files: Iterable[UploadedFile[bytes]], consent: Consent) -> BulkUpload:
    """Store the files and let the worker look at them."""
    if not account.is_staff:
        raise DomainError("not_allowed", case="registry")
    upload = BulkUpload(account=account, consent_basis=consent.basis, consent_note=consent.note)
    try:
        with transaction.atomic():
            keep_open(account)
            upload.save(force_insert=True)
            for file in files:
                name = str(file.name)
                BulkPhoto.objects.create(upload=upload, name=name[:200], file=file)
            async_task("recognition.tasks.enrol_bulk", str(upload.pk), cluster=REGISTRY_QUEUE)
    except BaseException:
        delete_folder(upload_folder(upload.pk))
        raise
    return upload


def delete_uploads(*, account: User) -> None:
    """Delete an administrator's uploads with the photos that still wait in them; part of deleting the account."""
    for upload in BulkUpload.objects.filter(account=account):
        folder = upload_folder(upload.pk)
        upload.delete()
        delete_folder(folder)


def enrol_waiting(upload_id: UUID | str) -> bool:
    """Look at the next photos of an upload; True where more are left. Safe to run twice: each photo is claimed."""
    upload = BulkUpload.objects.select_related("account").filter(pk=upload_id).first()
    if upload is None:
        return False
    lost = Q(state=State.WORKING, claimed__lt=timezone.now() - _LOST_AFTER)
    free = upload.photos.filter(Q(state=State.WAITING) | lost)
    for photo in list(free[:_PHOTOS_A_TASK]):
        if free.filter(pk=photo.pk).update(state=State.WORKING, claimed=timezone.now()):
            _enrol(upload, photo)
    return free.exists()


def _enrol(upload: BulkUpload, photo: BulkPhoto) -> None:
    account, name = upload.account, person_name(photo.name)
    registry = site_registry()
    person = Person.objects.filter(registry=registry, name=name).first()
    new = person is None
    try:
        with photo.file.open("rb") as file:
            data = file.read(settings.MAX_UPLOAD_BYTES + 1)
        decoded = decode_photo(data, max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)
        consent = Consent(upload.consent_basis, upload.consent_note)
        person = person or add_person(account=account, name=name, consent=consent, registry=registry)
        enrolled = enrol_face(account=account, person=person, photo=decoded)
    except DomainError as error:
        if new and person is not None:
            delete_person(account=account, person=person)
        state, message = State.REFUSED, f"{photo.name}: {error}"
    else:
        # What was added is seen with the person; no name is left behind here.
        state, message = State.ADDED, " ".join(_("One photo is doubtful.") for _warning in enrolled.warnings[:1])
    stored = str(photo.file.name)
    kept = {"name": "", "file": "", "state": state, "message": message}
    BulkPhoto.objects.filter(pk=photo.pk).update(**kept)
    default_storage.delete(stored)


def encode_anew(registry_id: UUID | str, *, after: int = 0, everything: bool = False) -> int | None:
    """Describe the next faces of a registry again from their photos, after the model has changed.

    Returns
    -------
    int or None
        The face to go on after, or None where all are done.
    """
    registry = Registry.objects.get(pk=registry_id)
    faces = KnownFace.objects.filter(person__registry=registry, pk__gt=after).order_by("pk")
    if not everything:
        faces = faces.exclude(encoder=ENCODER)
    chosen = list(faces[: 4 * _PHOTOS_A_TASK])
    for face in chosen:
        _describe_again(face)
    return chosen[-1].pk if chosen else None


def _describe_again(face: KnownFace) -> None:
    try:
        with face.photo.open("rb") as file:
            rgb = decode_photo(file.read(), max_bytes=2**31, max_pixels=2**31).rgb
    except (OSError, ValueError, DomainError):
        return  # a face without a photo keeps what it has
    found = find_faces(rgb, mode="largest")
    if not found:
        return
    descriptor = to_bytes(describe_faces(rgb, found)[0])
    with transaction.atomic():
        version = changed(face.person)
        KnownFace.objects.filter(pk=face.pk).update(descriptor=descriptor, encoder=ENCODER, version=version)


def start_encoding(*, account: User, registry: Registry) -> None:
    """Let the worker describe all faces of a registry again."""
    async_task("recognition.tasks.encode_registry", str(registry.pk), 0, cluster=REGISTRY_QUEUE)
    AuditEntry.objects.create(event=AuditEntry.Event.ENCODED, account=account)
