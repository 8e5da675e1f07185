"""Which face of a photo is kept, and whether it is good enough to know somebody by."""

import math
from dataclasses import dataclass

from faceswap_site.lib.crop_and_resize import at_most, cropped
from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import describe_faces, find_faces
from recognition.engine import Face, NoFaceFound, Photo
from recognition.engine.types import ByteImage, Descriptor
from recognition.engine_processes.calls import in_engine_process

LEAST_EYE_DISTANCE = 20.0
LEAST_SHARPNESS = 0.12
_LONGEST_SIDE = 1024


@dataclass(frozen=True, eq=False)
class CheckedFace:
    """A face that was found good enough to be kept."""

    face: Face
    descriptor: Descriptor
    rgb: ByteImage


@in_engine_process
def check_face(photo: Photo, *, index: int | None = None, point: tuple[float, float] | None = None) -> CheckedFace:
    """Find the one face of a photo that shall be kept, or say why it can't be."""
    faces = find_faces(photo.rgb)
    face = min(faces, key=lambda face: math.dist(face.centre, point)) if point and faces else _chosen(faces, index)
    if face.eye_distance < LEAST_EYE_DISTANCE:
        raise DomainError("face_too_small", n=int(face.eye_distance), least=LEAST_EYE_DISTANCE)
    if face.quality.sharpness < LEAST_SHARPNESS:
        raise DomainError("face_blurred")
    descriptor = describe_faces(photo.rgb, [face])[0]
    return CheckedFace(face, descriptor, _cut_out(photo.rgb, face))


def _chosen(faces: list[Face], index: int | None) -> Face:
    if not faces:
        raise NoFaceFound(photo="photo")
    if index is not None and not 0 <= index < len(faces):
        raise DomainError("no_such_face", index=index, count=len(faces))
    if index is None and len(faces) > 1:
        boxes = [[round(float(side), 1) for side in face.box] for face in faces]
        raise DomainError("several_faces", n=len(faces), boxes=boxes)
    return faces[index or 0]


def _cut_out(rgb: ByteImage, face: Face) -> ByteImage:
    """The face with a margin of its own size, which is enough to find and describe it again with a later model."""
    return at_most(cropped(rgb, face.box, margin=face.box[2] - face.box[0]), _LONGEST_SIDE)
