"""Keeping people and their faces. Every change counts up its registry's version in the same transaction."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError
from recognition.engine import Photo, encode_photo
from recognition.engine.compare import DEFAULT_THRESHOLD, ENCODER, person_distance, verdict_of
from recognition.models import AuditEntry, KnownFace, Person, Registry, RemovedFace
from recognition.search.loaded_registries import forget_removed, index_of, next_version, site_registry, to_bytes

from .photo_check import CheckedFace, check_face

Event = AuditEntry.Event

_LOG_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Consent:
    """On what grounds a person is kept, and who says so; when is written down with it."""

    basis: str
    note: str = ""


@dataclass(frozen=True)
class Enrolment:
    """A face that is now known, and what is worth telling about it."""

    face: KnownFace
    warnings: tuple[str, ...]


def registry_of(account: User) -> Registry:
    """The account's own registry; made when first needed."""
    return Registry.objects.get_or_create(owner=account)[0]


@transaction.atomic
def add_person(
    *, account: User, name: str, consent: Consent, registry: Registry | None = None, protected: bool = False
) -> Person:
    """Add a person to the account's registry, or to another one that it may change."""
    keep_open(account)
    registry = registry or registry_of(account)
    _check_may_change(account, registry)
    _check_consent(consent)
    person = Person.objects.create(
        registry=registry,
        name=_checked_name(name),
        protected=protected,
        consent_basis=consent.basis,
        consent_note=consent.note,
        consent_recorded_by=account,
    )
    _note(Event.PERSON_ADDED, account, person)
    return person


@transaction.atomic
def rename_person(*, account: User, person: Person, name: str) -> None:
    """Give a person another name."""
    _check_may_change(account, person.registry)
    person.name = _checked_name(name)
    person.save(update_fields=["name"])
    _note(Event.PERSON_CHANGED, account, person)


@transaction.atomic
def change_consent(*, account: User, person: Person, consent: Consent) -> None:
    """Write down other grounds on which a person is kept, and who says so."""
    _check_may_change(account, person.registry)
    _check_consent(consent)
    person.consent_basis, person.consent_note, person.consent_recorded_by = consent.basis, consent.note, account
    person.save(update_fields=["consent_basis", "consent_note", "consent_recorded_by"])
    _note(Event.PERSON_CHANGED, account, person, consent=consent.basis)


def enrol_face(
    *,
    account: User,
    person: Person,
    photo: Photo,
    index: int | None = None,
    point: tuple[float, float] | None = None,
) -> Enrolment:
    """Keep a face photo of a person.

    Parameters
    ----------
    index
        Which face, counted from 0, left to right, where the photo shows several.
    point
        Or where that face is, x and y in pixels: the one whose middle is nearest.

    Raises
    ------
    NoFaceFound
    DomainError
        Codes several_faces (details: count, boxes), no_such_face, face_too_small, face_blurred.
    """
    _check_may_change(account, person.registry)
    checked = check_face(photo, index=index, point=point)
    warnings = (*_belongs_to_another(person, checked), *_unlike_the_others(person, checked))
    return Enrolment(keep_face(account=account, person=person, checked=checked), warnings)


def keep_face(*, account: User, person: Person, checked: CheckedFace) -> KnownFace:
    """Store a checked face: photo, descriptor, version."""
    known = KnownFace(
        person=person,
        descriptor=to_bytes(checked.descriptor),
        encoder=ENCODER,
        quality=round(checked.face.quality.score, 3),
        reasons=list(checked.face.quality.reasons),
    )
    content = ContentFile(encode_photo(checked.rgb, "JPEG"))
    known.photo.save("face.jpg", content, save=False)
    try:
        with transaction.atomic():
            keep_open(account)
            known.version = changed(person)
            known.save(force_insert=True)
            _note(Event.FACE_ADDED, account, person)
    except BaseException:
        default_storage.delete(str(known.photo.name))
        raise
    return known


def forget_face(*, account: User, face: KnownFace) -> None:
    """Delete one face photo with its descriptor."""
    _check_may_change(account, face.person.registry)
    name = str(face.photo.name)
    with transaction.atomic():
        _log_removed(face.person, [face.pk])
        face.delete()
        _note(Event.FACE_DELETED, account, face.person)
    if name:
        default_storage.delete(name)
    forget_removed(face.person.registry)


def delete_person(*, account: User, person: Person) -> None:
    """Delete a person: rows, files and the place in every index. Nothing that names the person is left."""
    _check_may_change(account, person.registry)
    registry, files = person.registry, list(person.faces.values_list("photo", flat=True))
    with transaction.atomic():
        _log_removed(person, list(person.faces.values_list("pk", flat=True)))
        person.delete()
        AuditEntry.objects.create(event=Event.PERSON_DELETED, account=account)
    # After a merge a person's photos lie in several folders.
    for folder in {f"recognition/{person.uuid}", *(str(PurePosixPath(name).parent) for name in files if name)}:
        delete_folder(folder)
    forget_removed(registry)


def delete_registry(*, account: User) -> None:
    """Delete all people of an account; part of deleting the account."""
    for registry in Registry.objects.filter(owner=account):
        for person in registry.people.all():
            delete_person(account=account, person=person)
        registry.delete()


@transaction.atomic
def merge_people(*, account: User, into: Person, other: Person) -> None:
    """Make two entries of one human one: the other's faces become `into`'s, and the other entry goes."""
    _check_may_change(account, into.registry)
    if into.registry_id != other.registry_id or into.pk == other.pk:
        raise DomainError("cannot_merge")
    version = changed(into)
    other.faces.update(person=into, version=version)
    Person.objects.filter(pk=into.pk).update(reservation_confirmed=None)
    if other.protected and not into.protected:
        into.protected = True
        into.save(update_fields=["protected"])
    other.delete()
    _note(Event.MERGED, account, into)


@transaction.atomic
def set_protected(*, account: User, person: Person, protected: bool) -> None:
    """Put a person of the site's registry on the do-not-use list, or take them off."""
    if person.registry.owner_id is not None or not account.is_staff:
        raise DomainError("not_allowed", case="protect")
    Person.objects.filter(pk=person.pk).update(protected=protected)
    person.protected = protected
    next_version(person.registry)
    _note(Event.PERSON_CHANGED, account, person, protected=protected)


@transaction.atomic
def reserve_face(*, account: User, person: Person, reserved: bool) -> None:
    """Ask that no other account may use one's own face, or withdraw that; administrators confirm the asking."""
    _check_may_change(account, person.registry)
    if reserved and person.consent_basis != Person.Basis.MYSELF:
        raise DomainError("not_own_face")
    Person.objects.filter(pk=person.pk).update(reserved=reserved, reservation_confirmed=None)
    person.refresh_from_db()
    next_version(site_registry())
    _note(Event.PERSON_CHANGED, account, person, reserved=reserved)


@transaction.atomic
def confirm_reservation(*, account: User, person: Person) -> bool:
    """Confirm, as an administrator, that a reserved face is its account's own. False where none was asked for."""
    if not account.is_staff:
        raise DomainError("not_allowed", case="confirm")
    asked = Person.objects.filter(pk=person.pk, reserved=True, registry__owner__isnull=False)
    confirmed = asked.update(reservation_confirmed=timezone.now())
    if confirmed:
        next_version(site_registry())
        _note(Event.PERSON_CHANGED, account, person, confirmed=True)
    return bool(confirmed)


def _check_may_change(account: User, registry: Registry) -> None:
    if registry.owner_id == account.pk or (registry.owner_id is None and account.is_staff):
        return
    raise DomainError("not_found", case="person")


def _check_consent(consent: Consent) -> None:
    if consent.basis not in Person.Basis.values:
        raise DomainError("consent_missing")


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise DomainError("invalid_name")
    return name


def _belongs_to_another(person: Person, checked: CheckedFace) -> tuple[str, ...]:
    near = index_of(person.registry).nearest(checked.descriptor[None], 32)[0]
    for number, distance in zip(near.people.tolist(), near.distances.tolist(), strict=True):
        if number != person.pk and verdict_of(distance, threshold=DEFAULT_THRESHOLD) == "match":
            other = Person.objects.filter(pk=number).first()
            return (_("This face looks like %(name)s, who is known already.") % {"name": other},) if other else ()
    return ()


def _unlike_the_others(person: Person, checked: CheckedFace) -> tuple[str, ...]:
    own = index_of(person.registry).distances_to(person.pk, checked.descriptor)
    if len(own) and verdict_of(person_distance(own), threshold=DEFAULT_THRESHOLD) == "no_match":
        return (_("This face does not look like the other photos of %(name)s.") % {"name": person},)
    return ()


def changed(person: Person) -> int:
    """Count a change of a person's faces, for the do-not-use list too where the person is on it."""
    if person.reserved:
        next_version(site_registry())
    return next_version(person.registry)


def _log_removed(person: Person, faces: Iterable[int]) -> None:
    version, registry = changed(person), person.registry
    RemovedFace.objects.bulk_create(
        [RemovedFace(registry=registry, face=face, version=version) for face in faces], batch_size=2000
    )
    old = RemovedFace.objects.filter(registry=registry, created__lt=timezone.now() - _LOG_KEPT)
    newest = old.order_by("-version").values_list("version", flat=True).first()
    if newest is not None:
        Registry.objects.filter(pk=registry.pk).update(log_starts=newest)
        old.delete()


def _note(event: AuditEntry.Event, account: User, person: Person, **details: object) -> None:
    AuditEntry.objects.create(event=event, account=account, person=person, details=details)


def delete_folder(folder: str) -> None:
    """Delete a folder of the storage with its files, those that no row names included."""
    with suppress(FileNotFoundError):  # nothing was stored, or another process has deleted it just now
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
