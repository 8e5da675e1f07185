"""What an account's registry means for it: it goes along in its archive, and goes with it."""

from accounts.models import User
from accounts.privacy.export import Packed
from recognition.models import Person
from recognition.photos.found_faces import delete_found_photos

from .bulk_uploads import delete_uploads
from .enrolment import delete_registry


def delete_people(account: User) -> None:
    """Delete all photos and people that an account keeps, those too that wait for a choice or a worker."""
    delete_found_photos(account=account)
    delete_uploads(account=account)
    delete_registry(account=account)


def pack_people(account: User) -> tuple[str, list[Packed]]:
    """The people whom an account knows, for the archive of all that it has."""
    packed = []
    for person in Person.objects.filter(registry__owner=account).prefetch_related("faces"):
        told = {
            "name": person.name,
            "consent": person.consent_basis,
            "consent_note": person.consent_note,
            "consent_recorded": person.consent_recorded.isoformat(),
        }
        photos = {f"people/{person.uuid}/{face.pk}": str(face.photo.name) for face in person.faces.all() if face.photo}
        packed.append(Packed(told, photos))
    return "people", packed
