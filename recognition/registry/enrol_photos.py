"""Several photos at once: what can be kept is kept, and for each of the others there is a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine import Photo
from recognition.models import KnownFace, Person, Registry

from .enrolment import Consent, add_person, delete_person, enrol_face


@dataclass(frozen=True)
class Upload:
    """A photo that is decoded when its turn comes, so that a hundred of them need the memory of one."""

    name: str
    decode: Callable[[], Photo]


# Keeps a photo that shows several faces, with their boxes, until one of them is chosen; returns its name.
KeepToChoose = Callable[[Photo, list[list[float]]], str]


@dataclass
class Enrolled:
    """What became of several photos: faces that are known now, sentences about the rest, and photos to choose from.

    `person` is not stored (has no key) where it is to be added with the first face that is chosen.
    """

    person: Person
    faces: list[KnownFace] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    to_choose: list[str] = field(default_factory=list)


def add_person_with_photos(
    *,
    account: User,
    name: str,
    consent: Consent,
    uploads: Iterable[Upload],
    keep_to_choose: KeepToChoose,
    registry: Registry | None = None,
) -> Enrolled:
    """Add a person with photos; nobody is added before there is a face to know them by.

    Where a face has yet to be chosen, the person is given back unstored, so that an abandoned choice leaves nobody.

    Raises
    ------
    DomainError
        Code no_usable_photo, with what is wrong with each.
    """
    person = add_person(account=account, name=name, consent=consent, registry=registry)
    result = enrol_photos(account=account, person=person, uploads=uploads, keep_to_choose=keep_to_choose)
    if not result.faces:
        delete_person(account=account, person=person)
        if not result.to_choose:
            case = "refused" if result.refused else ""
            raise DomainError("no_usable_photo", case=case, refused=" ".join(result.refused))
    return result


def enrol_photos(*, account: User, person: Person, uploads: Iterable[Upload], keep_to_choose: KeepToChoose) -> Enrolled:
    """Keep every photo that can be kept; where one shows several faces, it waits for the choice of one."""
    result = Enrolled(person)
    for upload in uploads:
        photo = None
        try:
            photo = upload.decode()
            enrolled = enrol_face(account=account, person=person, photo=photo)
        except DomainError as error:
            if photo is not None and "boxes" in error.details:
                boxes: list[list[float]] = error.details["boxes"]  # type: ignore[assignment]
                result.to_choose.append(keep_to_choose(photo, boxes))
            else:
                result.refused.append(f"{upload.name}: {spoken(error)}")
        else:
            result.faces.append(enrolled.face)
            result.warnings += [f"{upload.name}: {warning}" for warning in enrolled.warnings]
        finally:
            if photo is not None:
                photo.release()
    return result
