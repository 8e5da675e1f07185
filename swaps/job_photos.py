"""The photos of a job as its worker needs them: out of storage, or fetched and stored first."""

from recognition.engine import Face, Photo, describe_faces

from .engine import face_like, largest_face
from .fetch import fetch_photo
from .intake import URL_FIELDS, keep_fetched
from .models import SwapFace, SwapJob
from .photos import load_photo

REFERENCE_PHOTO = "reference photo"


def job_photo(row: SwapJob | SwapFace, field: str, label: str) -> Photo:
    """A stored photo; one that was named by its address is fetched and stored first."""
    file = getattr(row, field)
    if file:
        return load_photo(file, label=label)
    photo = fetch_photo(getattr(row, URL_FIELDS[field]), label=label)
    keep_fetched(row, field, photo)
    return photo


def index_by_reference(row: SwapFace, target: Photo, faces: list[Face]) -> int:
    """The number of the face in the photo to change that shows the person on the reference photo."""
    photo = job_photo(row, "reference", REFERENCE_PHOTO)
    descriptor = describe_faces(photo.rgb, [largest_face(photo.rgb, REFERENCE_PHOTO)])[0]
    return face_like(descriptor, target.rgb, faces)
