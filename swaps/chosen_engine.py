"""Swaps as the site makes them: by the engine, or in tests by one that draws instead (see recognition's)."""

from collections.abc import Mapping, Sequence

from recognition.chosen_engine import fake_engine, largest_face
from recognition.engine import Face, FaceIndexError
from recognition.engine.types import ByteImage
from swaps.engine.whole_photo import FACE_PHOTO

from . import engine
from .engine import Fit, SourceFace, SwapOptions


def prepare_source(photos: Sequence[ByteImage]) -> SourceFace:
    """Make the largest face of each of these photos, all of one person, ready; see `swaps.engine.prepare_source`."""
    return engine.prepare_source(photos, faces=[largest_face(rgb, FACE_PHOTO) for rgb in photos])


def least_fit(
    target_rgb: ByteImage,
    sources: Mapping[int, SourceFace],
    options: SwapOptions | None = None,
    *,
    target_faces: Mapping[int, Face],
) -> Fit:
    """How well it will go on that of the faces to change where it will go least well; see `swaps.engine.fit`.

    Raises
    ------
    FaceIndexError
        Where one of them is not there.
    """
    for index in sources:
        if index not in target_faces:
            raise FaceIndexError(case="target", index=index, count=len(target_faces))
    fit = (fake_engine() or engine).fit
    fits: list[Fit] = [
        fit(source, target_rgb, target_faces[index].landmarks, options) for index, source in sources.items()
    ]
    return min(fits, key=lambda one: one.realism)


def swap_faces(
    target_rgb: ByteImage,
    sources: Mapping[int, SourceFace],
    options: SwapOptions | None = None,
    *,
    target_faces: Mapping[int, Face],
) -> ByteImage:
    """Put prepared faces onto the faces of these numbers, (H, W, 3) uint8; see `swaps.engine.swap_faces`."""
    rgb: ByteImage = (fake_engine() or engine).swap_faces(target_rgb, sources, options, target_faces=target_faces).rgb
    return rgb
