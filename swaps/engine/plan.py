"""Everything that must be known before a single pixel of the photo changes, worked out on the chip."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import coarser, sampled
from recognition.engine.face_mesh import FaceMesh, mesh_of_landmarks
from recognition.engine.landmarks68 import ALL
from recognition.engine.types import ByteImage, FloatImage, Points

from .blend import membrane, pyramid_correction, sharpened
from .colour import ColourMatch, is_monochrome, match_colour, no_match
from .frame import CHIP_HEIGHT, CHIP_WIDTH, Frame, frame_of
from .mask import face_mask, mouth_mask
from .mesh import FACE, check_landmarks, mesh_points
from .options import SwapOptions
from .shape import mixed_surface, open_share, opening, shut_share, similarity, without_teeth
from .skin import feature_mask, skin_likelihood, without_halo
from .source import SourceFace
from .surface import Surface, closeness_of, landmarks_of, surface_of, turn_between, turn_of
from .warp import Warp, at_level, bend_of, warp_map

Region = tuple[int, int, int, int]

# How near to the outline of a turned head nothing is taken from it, softly, in distances of the eyes' outer corners.
_OUTLINE = 0.12


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
    skin : (h, w) float32 or None
        Plain skin on both photos: where detail is compared, if it is.
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
    skin: FloatImage | None
    correction: FloatImage | None = None


@dataclass(frozen=True, eq=False)
class Placement:
    """Where a face goes: all that landmarks and mesh tell.

    Attributes
    ----------
    points, chip_points : (107, 2) float64
        What regions are drawn by, in pixels of the photo and of the chip.
    frame : Frame
    coarse_scale, coarse_shape, coarse_points
        The copy of the face photo that is about as fine as the chip: its scale, its shape, and the points on it.
    warp : Warp
        From the chip to that copy.
    mesh : (468, 3) float64
        The surface of the face as it will be, in pixels of the chip.
    target, source : FaceMesh or None
        The meshes seen on the photo and on the face photo, to compare how the two look: in pixels of the photo, and of
        the part that the source keeps. None where none was seen.
    """

    points: Points
    frame: Frame
    chip_points: Points
    coarse_scale: float
    coarse_shape: tuple[int, ...]
    coarse_points: Points
    warp: Warp
    mesh: Points
    target: FaceMesh | None
    source: FaceMesh | None


class Look:
    """What is seen on a photo's chip and on the face photo as it comes to lie there, worked out as it is asked for.

    Attributes
    ----------
    chip, warped : (h, w, 3) uint8
    grey : bool
        Whether the photo has no colour that the face photo's could be matched to.
    """

    def __init__(self, source: SourceFace, picture: ByteImage, place: Placement, options: SwapOptions) -> None:
        self.chip = place.frame.cut(picture)
        self.grey = options.match_colour and is_monochrome(self.chip)
        level = _in_its_colours(source, grey=self.grey).picture_for(place.coarse_scale)
        self.warped = sampled(level, place.warp.where)
        self._options = options
        # Half the size is enough for masks and colours, at a quarter of the cost.
        self._target, self._source = coarser(self.chip, 2), coarser(self.warped, 2)
        self._points = (place.chip_points + 0.5) / 2 - 0.5

    @cached_property
    def _skins(self) -> tuple[FloatImage, FloatImage]:
        return skin_likelihood(self._target, self._points), skin_likelihood(self._source, self._points)

    @cached_property
    def mask(self) -> FloatImage:
        """Where the new face may show, (h / 2, w / 2) float32."""
        cover = without_halo(self._source, self._skins[1])
        return face_mask(self._points, *self._skins, cover, forehead=self._options.forehead)

    @property
    def skin(self) -> FloatImage:
        """Plain skin on both photos, (h, w) float32."""
        features = feature_mask(self._points, self._target.shape)
        return _full_size(np.minimum(*self._skins) * self.mask * (1 - features))

    @property
    def colour(self) -> ColourMatch:
        """What gives the face photo the photo's light, on a smaller chip."""
        if not self._options.match_colour:
            return no_match()
        return match_colour(self._target, self._source, *self._skins, self._points)


class Cadence:
    """How often a photo is looked at and how soon what is seen holds: of a photo once, and at once.

    A film's follows in time what it has seen on earlier frames.
    """

    def mesh(self, picture: ByteImage, landmarks: Points) -> FaceMesh:
        """The mesh of the face with these landmarks, (68, 2)."""
        return mesh_of_landmarks(picture, landmarks)

    def seen(self, look: Callable[[], Look]) -> tuple[Look, FloatImage, ColourMatch]:
        """A look, and the mask and colours to plan with."""
        now = look()
        return now, now.mask, now.colour

    def mouth(self, share: float) -> float:
        """How much of the photo's own mouth shows where so much of it should, 0 to 1."""
        return share


def plan_swap(
    source: SourceFace, picture: ByteImage, landmarks: Points, options: SwapOptions, cadence: Cadence | None = None
) -> SwapPlan:
    """Work out how a face of a picture changes.

    Parameters
    ----------
    source : SourceFace
    picture : (H, W, 3) uint8
    landmarks : (68, 2) float64
        Of the face to change.
    options : SwapOptions
    cadence : Cadence, optional
        Of a film, what is kept of its earlier frames.

    Returns
    -------
    SwapPlan

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    check_landmarks(landmarks)
    cadence = cadence or Cadence()
    shut = shut_share(landmarks, source.face.landmarks)
    if shut > 0:
        source = source.with_shut_mouth()
    place = _placed(source, surface_of(landmarks, cadence.mesh(picture, landmarks)), landmarks, options, shut)
    look, mask, colour = cadence.seen(lambda: Look(source, picture, place, options))
    mask = _full_size(mask) * place.warp.trust
    share = cadence.mouth(open_share(landmarks) if options.mouth == "auto" else float(options.mouth == "target"))
    if share > 0:
        mask = mask * (1 - share * mouth_mask(place.chip_points, look.chip.shape))
    fine = _in_its_colours(source, grey=look.grey).picture_for(_scale_between(source.points, place.points))
    where = at_level(place.warp.where, place.coarse_shape, fine.shape)
    base = similarity(place.chip_points[ALL], at_level(place.coarse_points[ALL], place.coarse_shape, fine.shape))
    region = place.frame.region(place.points[FACE], picture.shape)
    skin = look.skin if options.match_detail else None
    plan = SwapPlan(fine, place.frame, region, base, bend_of(where, base), mask, colour.enlarged(), skin)
    return _blended(plan, look, options)


def _placed(source: SourceFace, target: Surface, landmarks: Points, options: SwapOptions, shut: float) -> Placement:
    closeness = closeness_of(source.surface, target)
    origin = source.surface.drawn(closeness)
    surface = mixed_surface(
        target.drawn(closeness),
        origin + source.shape,
        options.face_shape,
        shut=shut,
        openness=float(np.clip((opening(landmarks) - 0.05) / 0.07, 0, 1)),
    )
    points = mesh_points(landmarks_of(surface, turn_of(target)))
    frame = frame_of(points)
    chip_points, mesh = frame.to_chip(points), frame.mesh_to_chip(surface)
    scale = _scale_between(source.points, chip_points)
    coarse, coarse_points = source.level_for(scale)
    origin = at_level(without_teeth(origin[:, :2], shut), source.rgb.shape, coarse.shape)
    # Past the outline of a head that is turned lies what is behind it, and no mesh knows that outline to the pixel.
    well_inside = np.clip(source.inset / _OUTLINE, 0, 1)
    turn = turn_between(source.surface, target)
    warp = warp_map(mesh, origin, source.visible * (1 - turn * (1 - well_inside)), coarse.shape)
    return Placement(
        points, frame, chip_points, scale, coarse.shape, coarse_points, warp, mesh, target.seen, source.surface.seen
    )


def _in_its_colours(source: SourceFace, *, grey: bool) -> SourceFace:
    return source.in_grey() if grey else source


def _full_size(field: FloatImage) -> FloatImage:
    return cv2.resize(field, (CHIP_WIDTH, CHIP_HEIGHT), interpolation=cv2.INTER_LINEAR)


def _blended(plan: SwapPlan, look: Look, options: SwapOptions) -> SwapPlan:
    """Give the plan its blend's correction and the wanted strength."""
    if options.blend == "feather":
        return replace(plan, mask=plan.mask * options.strength)
    face = look.warped * plan.colour.gain + plan.colour.offset
    if options.blend == "poisson":
        offset = plan.colour.offset + membrane(look.chip, face, plan.mask)
        return replace(plan, mask=plan.mask * options.strength, colour=ColourMatch(plan.colour.gain, offset))
    correction = pyramid_correction(look.chip, face, plan.mask) * options.strength
    return replace(plan, mask=sharpened(plan.mask) * options.strength, correction=correction)


def _scale_between(source_points: Points, points: Points) -> float:
    sizes = [float(np.prod(np.ptp(each[ALL], axis=0))) for each in (points, source_points)]
    return float(np.sqrt(sizes[0] / max(sizes[1], 1e-9)))
