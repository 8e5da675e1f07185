"""Everything that must be known before a single pixel of the photo changes, worked out on the chip."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from faceswap_site.lib.image import sampled
from recognition.engine.landmarks68 import ALL
from recognition.engine.types import ByteImage, FloatImage, Points
from swaps.engine.blend import membrane, pyramid_correction, sharpened
from swaps.engine.colour import ColourMatch, is_monochrome, match_colour, no_match
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH, Frame, frame_of
from swaps.engine.mask import face_mask, mouth_mask
from swaps.engine.mesh import FACE, check_landmarks, mesh_points
from swaps.engine.options import SwapOptions
from swaps.engine.shape import mixed_landmarks, open_share, shut_share, similarity, without_teeth
from swaps.engine.skin import feature_mask, skin_likelihood, without_halo
from swaps.engine.source import SourceFace
from swaps.engine.warp import at_level, bend_of, warp_map

Region = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class SwapPlan:
    """How one face changes: fields of the chip, and the picture that the pixels come from.

    Attributes
    ----------
    source : (H, W, 3) uint8
        The level of the source that is about as fine as the photo.
    frame : Frame
    region : (left, top, right, bottom)
        The part of the photo that may change.
    base : (2, 3) float64
        The turn, scale and shift that carry the chip nearest to the face on `source`.
    bend : (h, w, 2) float32
        What the warp adds to `base`. Kept apart because enlarging it costs precision, and it is small.
    mask : (h, w) float32
        How much of the new face shows.
    colour : ColourMatch
        At the chip's size.
    skin : (h, w) float32
        Plain skin on both photos: where detail is compared.
    correction : (h, w, 3) float32 or None
        What the blend adds to plain feathering.
    """

    source: ByteImage
    frame: Frame
    region: Region
    base: Points
    bend: FloatImage
    mask: FloatImage
    colour: ColourMatch
    skin: FloatImage
    correction: FloatImage | None = None


def plan_swap(
    source: SourceFace,
    picture: ByteImage,
    landmarks: Points,
    options: SwapOptions,
) -> SwapPlan:
    """Work out how a face of a picture changes.

    Parameters
    ----------
    source : SourceFace
    picture : (H, W, 3) uint8
    landmarks : (68, 2) float64
        Of the face to change.
    options : SwapOptions

    Returns
    -------
    SwapPlan

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    check_landmarks(landmarks)
    shut = shut_share(landmarks, source.face.landmarks)
    if shut > 0:
        source = source.with_shut_mouth()
    mixed = mixed_landmarks(landmarks, source.shape, options.face_shape)
    points = mesh_points(mixed)
    frame = frame_of(points)
    chip_points = frame.to_chip(points)
    chip = frame.cut(picture)
    if options.match_colour and is_monochrome(chip):
        source = source.in_grey()
    coarse, coarse_points = source.level_for(_scale_between(source.points, chip_points))
    warp = warp_map(chip_points, without_teeth(coarse_points, shut), coarse.shape)
    warped = sampled(coarse, warp.where)
    mask, skin, colour = _fields(chip, warped, chip_points, options)
    mask = mask * warp.trust
    share = open_share(landmarks) if options.mouth == "auto" else float(options.mouth == "target")
    if share > 0:
        mask = mask * (1 - share * mouth_mask(chip_points, chip.shape))
    fine = source.picture_for(_scale_between(source.points, points))
    where = at_level(warp.where, coarse.shape, fine.shape)
    base = similarity(chip_points[ALL], at_level(coarse_points[ALL], coarse.shape, fine.shape))
    region = frame.region(points[FACE], picture.shape)
    plan = SwapPlan(fine, frame, region, base, bend_of(where, base), mask, colour.enlarged(), skin)
    return _blended(plan, chip, warped, options)


def _fields(
    chip: ByteImage, warped: ByteImage, points: Points, options: SwapOptions
) -> tuple[FloatImage, FloatImage, ColourMatch]:
    """Mask, plain skin and colours, from the target's chip and the warped source's."""
    half = (chip.shape[1] // 2, chip.shape[0] // 2)
    target, source = (cv2.resize(picture, half, interpolation=cv2.INTER_AREA) for picture in (chip, warped))
    points = (points + 0.5) / 2 - 0.5
    target_skin, source_skin = skin_likelihood(target, points), skin_likelihood(source, points)
    source_cover = without_halo(source, source_skin)
    mask = face_mask(points, target_skin, source_skin, source_cover, forehead=options.forehead)
    skin = np.minimum(target_skin, source_skin) * mask * (1 - feature_mask(points, target.shape))
    colour = no_match()
    if options.match_colour:
        colour = match_colour(target, source, target_skin, source_skin, points)
    return _full_size(mask), _full_size(skin), colour


def _full_size(field: FloatImage) -> FloatImage:
    return cv2.resize(field, (CHIP_WIDTH, CHIP_HEIGHT), interpolation=cv2.INTER_LINEAR)


def _blended(plan: SwapPlan, chip: ByteImage, warped: ByteImage, options: SwapOptions) -> SwapPlan:
    """Give the plan its blend's correction and the wanted strength."""
    if options.blend == "feather":
        return replace(plan, mask=plan.mask * options.strength)
    face = warped * plan.colour.gain + plan.colour.offset
    if options.blend == "poisson":
        offset = plan.colour.offset + membrane(chip, face, plan.mask)
        return replace(plan, mask=plan.mask * options.strength, colour=ColourMatch(plan.colour.gain, offset))
    correction = pyramid_correction(chip, face, plan.mask) * options.strength
    return replace(plan, mask=sharpened(plan.mask) * options.strength, correction=correction)


def _scale_between(source_points: Points, points: Points) -> float:
    sizes = [float(np.prod(np.ptp(each[ALL], axis=0))) for each in (points, source_points)]
    return float(np.sqrt(sizes[0] / max(sizes[1], 1e-9)))
