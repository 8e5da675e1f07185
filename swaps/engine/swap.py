"""One prepared face onto one face of a photo."""

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.types import ByteImage, Face, FloatImage, Points
from swaps.engine.colour import ColourMatch, match_colour, no_match
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH, Frame, frame_of
from swaps.engine.mask import face_mask, mouth_mask
from swaps.engine.mesh import mesh_points
from swaps.engine.options import SwapOptions
from swaps.engine.shape import mixed_landmarks, opening
from swaps.engine.skin import skin_likelihood
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
    mask, match = _mask_and_match(chip, warped, chip_points, options)
    mask = _to_chip_size(mask) * options.strength
    if _keeps_target_mouth(landmarks, options):
        mask *= 1 - mouth_mask(chip_points, chip.shape)
    fine, fine_points = source.level_for(_scale_between(source.points, points))
    ratio = (np.array(fine.shape[1::-1]) / np.array(coarse.shape[1::-1])).astype(np.float32)
    fine_map = (coarse_map + 0.5) * ratio - 0.5
    box = frame.region(points[:79], picture.shape)
    layers = Layers(fine_map, mask, _to_chip_size(match.gain), _to_chip_size(match.offset))
    _paint(picture, fine, frame, box, layers)


@dataclass(frozen=True, eq=False)
class Layers:
    """What is known of each pixel of the chip: where it comes from, how much it shows, and its colours' change."""

    where: FloatImage
    mask: FloatImage
    gain: FloatImage
    offset: FloatImage


def _to_chip_size(field: FloatImage) -> FloatImage:
    return np.asarray(cv2.resize(field, (CHIP_WIDTH, CHIP_HEIGHT), interpolation=cv2.INTER_LINEAR))


def _scale_between(source_points: Points, points: Points) -> float:
    return float(np.sqrt(np.prod(np.ptp(points[:68], axis=0)) / max(np.prod(np.ptp(source_points[:68], axis=0)), 1e-9)))


def _remap(picture: ByteImage, where: FloatImage) -> ByteImage:
    return np.asarray(cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _mask_and_match(
    chip: ByteImage, warped: ByteImage, points: Points, options: SwapOptions
) -> tuple[FloatImage, ColourMatch]:
    """Where the new face shows and in which colours, from the target's chip and the warped source's."""
    half = (chip.shape[1] // 2, chip.shape[0] // 2)
    target, source = (cv2.resize(picture, half, interpolation=cv2.INTER_AREA) for picture in (chip, warped))
    points = (points + 0.5) / 2 - 0.5
    target_skin, source_skin = skin_likelihood(target, points), skin_likelihood(source, points)
    mask = face_mask(points, target_skin, source_skin, forehead=options.forehead)
    if not options.match_colour:
        return mask, no_match()
    return mask, match_colour(target, source, target_skin, source_skin, points)


def _keeps_target_mouth(landmarks: Points, options: SwapOptions) -> bool:
    if options.mouth != "auto":
        return options.mouth == "target"
    return opening(landmarks) > 0.06


def _paint(picture: ByteImage, source: ByteImage, frame: Frame, box: tuple[int, int, int, int], layers: Layers) -> None:
    left, top, right, bottom = box
    rows = max(1, _STRIP_PIXELS // max(1, right - left))
    for start in range(top, bottom, rows):
        strip = (left, start, right, min(start + rows, bottom))
        weight = frame.enlarge(layers.mask, strip)
        face = _remap(source, frame.enlarge(layers.where, strip)).astype(np.float32)
        cv2.multiply(face, frame.enlarge(layers.gain, strip), dst=face)
        cv2.add(face, frame.enlarge(layers.offset, strip), dst=face)
        part = picture[strip[1] : strip[3], left:right]
        new = np.clip(face + 0.5, 0, 255).astype(np.uint8)
        cv2.blendLinear(new, np.ascontiguousarray(part), weight, 1 - weight, dst=new)
        np.copyto(part, new, where=(weight > 0.002)[..., None])
