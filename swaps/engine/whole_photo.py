"""Whole photos: which faces, whose face, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.engine.descriptors import SAME_PERSON, distances
from recognition.engine.errors import FaceIndexError, NoFaceFound, NoMatchingFace
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, Descriptor, Face, FloatImage

from .fit import Fit, fit_of
from .options import SwapOptions
from .source import SourceFace, of_one_person, source_from
from .swap import swap_into

FACE_PHOTO = "face photo"
TARGET_PHOTO = "photo to change"

FacePhotos = ByteImage | Sequence[ByteImage] | SourceFace


@dataclass(frozen=True, eq=False)
class SwapResult:
    """What `swap_faces` made.

    Attributes
    ----------
    rgb : (H, W, 3) uint8
    faces : tuple of Face
        All faces of the target that were found or given.
    swapped : tuple of int
        The numbers of those that changed, ascending.
    fits : mapping of int to Fit
        By the numbers of those that changed, how well it went.
    """

    rgb: ByteImage
    faces: tuple[Face, ...]
    swapped: tuple[int, ...]
    fits: Mapping[int, Fit]

    @property
    def least_fit(self) -> Fit:
        """Of the faces that changed, that of the one where it went least well; ValueError where none did."""
        return min(self.fits.values(), key=lambda fit: fit.realism)


def largest_face(rgb: ByteImage, name: str) -> Face:
    """The largest face of a photo called `name`; NoFaceFound where there is none."""
    faces = find_faces(rgb, mode="largest")
    if not faces:
        raise NoFaceFound(photo=name)
    return faces[0]


def prepare_source(
    photos: ByteImage | Sequence[ByteImage], *, faces: Face | Sequence[Face] | None = None
) -> SourceFace:
    """Make a face photo, or several of one person, ready to be put onto others.

    Parameters
    ----------
    photos : (H, W, 3) uint8, or a sequence of such
        Of several, all give the proportions, and the skin comes from the one that fits a target best.
    faces : Face or sequence of Face, optional
        The face of each photo that counts, where they are already found; otherwise the largest of each.

    Returns
    -------
    SourceFace

    Raises
    ------
    NoFaceFound
        When a photo shows no face.
    FaceUnusable
    """
    several = [photos] if isinstance(photos, np.ndarray) else list(photos)
    if not several:
        raise NoFaceFound(photo=FACE_PHOTO)
    if faces is None:
        known = [largest_face(rgb, FACE_PHOTO) for rgb in several]
    else:
        known = [faces] if isinstance(faces, Face) else list(faces)
    best_first = sorted(zip(several, known, strict=True), key=lambda pair: -pair[1].quality.score)
    sources = [source_from(rgb, face) for rgb, face in best_first]
    return of_one_person(sources) if len(sources) > 1 else sources[0]


def swap_face(face_rgb: ByteImage, target_rgb: ByteImage, options: SwapOptions | None = None) -> ByteImage:
    """Put the largest face of one photo onto the largest face of another, both (H, W, 3) uint8: a new array.

    Raises
    ------
    NoFaceFound
        Saying which of the two photos shows no face.
    """
    source = prepare_source(face_rgb)
    target = largest_face(target_rgb, TARGET_PHOTO)
    result = target_rgb.copy()
    swap_into(result, source, target.landmarks, options)
    return result


def swap_faces(
    target_rgb: ByteImage,
    face_photos: Mapping[int, FacePhotos],
    options: SwapOptions | None = None,
    *,
    target_faces: Sequence[Face] | Mapping[int, Face] | None = None,
) -> SwapResult:
    """Put faces onto chosen faces of a photo.

    Parameters
    ----------
    target_rgb : (H, W, 3) uint8
    face_photos : mapping of int to photo, photos or SourceFace
        For each face to change, its number in the published order and whose face it gets.
    options : SwapOptions, optional
    target_faces : sequence of Face, or mapping of int to Face, optional
        The faces of the target where they are already found, in the published order or by their numbers; saves finding
        them again.

    Returns
    -------
    SwapResult

    Raises
    ------
    NoFaceFound, FaceIndexError, FaceUnusable
    """
    found = find_faces(target_rgb) if target_faces is None else target_faces
    faces = dict(found) if isinstance(found, Mapping) else dict(enumerate(found))
    if not faces:
        raise NoFaceFound(photo=TARGET_PHOTO)
    for index in face_photos:
        if index not in faces:
            raise FaceIndexError(case="target", index=index, count=len(faces))
    sources = {
        index: photos if isinstance(photos, SourceFace) else prepare_source(photos)
        for index, photos in face_photos.items()
    }
    result = target_rgb.copy()
    swapped = tuple(sorted(sources))
    fits = {index: fit_of(swap_into(result, sources[index], faces[index].landmarks, options)) for index in swapped}
    return SwapResult(result, tuple(faces.values()), swapped, fits)


def face_like(descriptor: Descriptor, described: FloatImage, *, tolerance: float = SAME_PERSON) -> int:
    """Number the face of a photo that is nearest to a descriptor, of those that `describe_faces` gave.

    Raises
    ------
    NoFaceFound
        When the photo has no face.
    NoMatchingFace
        When none lies within `tolerance`.
    """
    if not len(described):
        raise NoFaceFound(photo=TARGET_PHOTO)
    apart = distances(descriptor, described)
    nearest = int(apart.argmin())
    if apart[nearest] > tolerance:
        raise NoMatchingFace
    return nearest
