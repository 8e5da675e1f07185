"""The question whether anyone in the photos of a swap may not be used, asked before any pixel is made."""

from collections.abc import Mapping, Sequence

from accounts.models import User
from recognition.chosen_engine import describe_faces, find_faces
from recognition.engine import Face
from recognition.engine.types import ByteImage, FloatImage
from recognition.registry.protection import ProtectedPerson, anyone_protected, refuse_protected
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO


def refuse_protected_faces(
    account: User, photos: Mapping[int, Sequence[ByteImage]], target: ByteImage, chosen: list[Face], *, where: str
) -> None:
    """Raise ProtectedPerson where a face photo, or a face to change, is of someone whom this account may not use."""
    if not anyone_protected():
        return  # describing every face costs as much as swapping it
    described: dict[str, list[FloatImage]] = {
        FACE_PHOTO: [
            describe_faces(rgb, find_faces(rgb, mode="largest")) for several in photos.values() for rgb in several
        ],
        TARGET_PHOTO: [describe_faces(target, chosen)],
    }
    for place, found in described.items():
        descriptors = [descriptor for rows in found for descriptor in rows]
        try:
            refuse_protected(account=account, descriptors=descriptors, where=f"{where}: {place}")
        except ProtectedPerson as error:
            error.details["place"] = place
            raise
