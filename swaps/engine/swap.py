"""One prepared face onto one face of a photo."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, Face, FloatImage, Points
from swaps.engine.colour import colour_gain, smooth_skin
from swaps.engine.frame import Frame, frame_of
from swaps.engine.mask import face_mask, mouth_mask
from swaps.engine.mesh import mesh_points
from swaps.engine.options import SwapOptions
from swaps.engine.shape import mixed_landmarks, opening
from swaps.engine.skin import feature_mask, skin_likelihood
from swaps.engine.source import SourceFace
from swaps.engine.warp import warp_map

# The photo is changed in strips of this many pixels, so that memory stays bounded however large the face is.
_STRIP_PIXELS = 2_000_000


def swap_prepared(
    source: SourceFace, target_rgb: ByteImage, target_face: Face, options: SwapOptions | None = None
) -> ByteImage:
    """Put a prepared face onto a found face of a photo.

    Parameters
    ----------
    source : SourceFace
        From `prepare_source`.
    target_rgb : (H, W, 3) uint8
    target_face : Face
        As found on `target_rgb`.
    options : SwapOptions, optional

    Returns
    -------
    (H, W, 3) uint8
        A new array; pixels away from the face are those of the target.

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    result = target_rgb.copy()
    swap_into(result, source, target_face.landmarks, options or SwapOptions())
    return result


def swap_into(picture: ByteImage, source: SourceFace, landmarks: Points, options: SwapOptions) -> None:
    """Change one face of a picture in place; a strength of 0 changes nothing."""
    if options.strength == 0:
        return
    mixed = mixed_landmarks(landmarks, source.shape, options.face_shape)
    points = mesh_points(mixed)
    frame = frame_of(points)
    chip_points = frame.to_chip(points)
    chip = frame.cut(picture)
    coarse, coarse_points = source.level_for(_scale_between(source.points, chip_points))
    coarse_map = warp_map(chip_points, coarse_points)
    warped = _remap(coarse, coarse_map)
    mask, gain = _mask_and_gain(chip, warped, chip_points, frame, source, landmarks, options)
    fine, fine_points = source.level_for(_scale_between(source.points, points))
    ratio = (np.array(fine.shape[1::-1]) / np.array(coarse.shape[1::-1])).astype(np.float32)
    fine_map = (coarse_map + 0.5) * ratio - 0.5
    del fine_points
    box = frame.region(points[:79], picture.shape)
    _paint(picture, fine, frame, box, fine_map, mask * options.strength, gain)


def _scale_between(source_points: Points, points: Points) -> float:
    return float(np.sqrt(np.prod(np.ptp(points[:68], axis=0)) / max(np.prod(np.ptp(source_points[:68], axis=0)), 1e-9)))


def _remap(picture: ByteImage, where: FloatImage) -> ByteImage:
    return np.asarray(cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _mask_and_gain(
    chip: ByteImage,
    warped: ByteImage,
    chip_points: Points,
    frame: Frame,
    source: SourceFace,
    landmarks: Points,
    options: SwapOptions,
) -> tuple[FloatImage, FloatImage]:
    target_skin = skin_likelihood(chip, chip_points)
    source_skin = skin_likelihood(warped, chip_points)
    mask = face_mask(chip_points, target_skin, source_skin, forehead=options.forehead)
    plain = 1 - feature_mask(chip_points)
    if options.match_colour:
        gain = colour_gain(smooth_skin(chip, target_skin * plain), smooth_skin(warped, source_skin * plain))
        gain = cv2.resize(gain, chip.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    else:
        gain = np.ones((*chip.shape[:2], 3), np.float32)
    if _keeps_target_mouth(source, landmarks, options):
        mask = mask * (1 - mouth_mask(chip_points))
    return mask, gain


def _keeps_target_mouth(source: SourceFace, landmarks: Points, options: SwapOptions) -> bool:
    if options.mouth != "auto":
        return options.mouth == "target"
    return opening(landmarks) > 0.06 and opening(source.face.landmarks) < 0.7 * opening(landmarks)


def _paint(
    picture: ByteImage,
    source: ByteImage,
    frame: Frame,
    box: tuple[int, int, int, int],
    where: FloatImage,
    mask: FloatImage,
    gain: FloatImage,
) -> None:
    left, top, right, bottom = box
    rows = max(1, _STRIP_PIXELS // max(1, right - left))
    for start in range(top, bottom, rows):
        strip = (left, start, right, min(start + rows, bottom))
        weight = frame.enlarge(mask, strip)[..., None]
        face = _remap(source, frame.enlarge(where, strip)).astype(np.float32) * frame.enlarge(gain, strip)
        part = picture[strip[1] : strip[3], left:right]
        mixed = part + weight * (np.clip(face, 0, 255) - part)
        np.copyto(part, np.rint(mixed).astype(np.uint8), where=weight > 0.002)
