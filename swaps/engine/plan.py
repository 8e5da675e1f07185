"""Everything that must be known before a single pixel of the photo changes, worked out on the chip."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import sampled
from recognition.engine.face_mesh import FaceMesh, face_mesh
from recognition.engine.landmarks68 import ALL
from recognition.engine.mesh468_shape import MIRRORED, TRIANGLES
from recognition.engine.types import ByteImage, FloatImage, Points

from .blend import membrane, pyramid_correction, sharpened
from .cover import Scene, face_cover
from .frame import Frame, frame_of
from .light import is_monochrome, lit, wide
from .new_face import NewFace, new_face
from .options import SwapOptions
from .region_points import FACE, check_landmarks, region_points
from .regions import Regions
from .shape import mixed_surface, mouth_difference, open_share, opening, shut_share, similarity, without_teeth
from .source import SourceFace
from .spectacles import Spectacles, spectacles_on
from .surface import Surface, closeness_of, landmarks_of, surface_of, turn_between, turn_of
from .warp import Warp, at_level, bend_of, rendered, warp_map

Region = tuple[int, int, int, int]

# How near to the outline of a turned head nothing is taken from it, softly, in distances of the eyes' outer corners.
_OUTLINE = 0.12


@dataclass(frozen=True, eq=False)
class Fields:
    """What a result is made of, on the chip: `face` times the new face, `photo` times the photo, and `offset`.

    Attributes
    ----------
    face, offset : (h, w, 3) float32
    photo : (h, w) float32
    """

    face: FloatImage
    photo: FloatImage
    offset: FloatImage

    def shown(self, share: FloatImage | float) -> "Fields":
        """As much of it as a share says, a number or (h, w); the rest is the photo."""
        share = np.asarray(share, np.float32)
        of_three = wide(share) if share.ndim else share
        return Fields(self.face * of_three, 1 - share * (1 - self.photo), self.offset * of_three)


@dataclass(frozen=True, eq=False)
class Fine:
    """What the detail beyond the chip is matched by.

    Attributes
    ----------
    skin : (h, w) float32
        Plain skin on both photos, where detail is compared.
    texture : float
        How much of the photo's own detail its skin keeps in any case.
    warped, chip : (h, w, 3) uint8
        The face photo and the photo on the chip.
    """

    skin: FloatImage
    texture: float
    warped: ByteImage
    chip: ByteImage


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
    fields : Fields
    fine : Fine or None
        None where detail is left as it is.
    look : Look
        What was seen; `fit_of` tells by it how well the swap goes.
    """

    source: ByteImage
    frame: Frame
    region: Region
    base: Points
    bend: FloatImage
    fields: Fields
    fine: Fine | None
    look: "Look"


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
    _maps: dict[tuple[int, ...], tuple[Points, FloatImage]] = field(default_factory=dict, repr=False)

    def map_to(self, shape: tuple[int, ...]) -> tuple[Points, FloatImage]:
        """The warp from the chip to a copy of the face photo of this shape, as `SwapPlan.base` and `SwapPlan.bend`."""
        if shape not in self._maps:
            where = at_level(self.warp.where, self.coarse_shape, shape)
            base = similarity(self.chip_points[ALL], at_level(self.coarse_points[ALL], self.coarse_shape, shape))
            self._maps[shape] = base, bend_of(where, base)
        return self._maps[shape]

    def carried(self, turn: Points) -> "Placement":
        """The same after the whole face moved on the photo, by a matrix (2, 3) that turns, scales and shifts."""
        back = cv2.invertAffineTransform(turn)
        matrix = self.frame.matrix[:, :2] @ back
        matrix[:, 2] += self.frame.matrix[:, 2]
        points = self.points @ turn[:, :2].T + turn[:, 2]
        target = None if self.target is None else self.target.carried(turn)
        return replace(self, points=points, frame=Frame(matrix), target=target)


class Look:
    """What is seen on a photo's chip and on the face photo as it comes to lie there, worked out as it is asked for.

    Nothing of it is as large as the photo.

    Attributes
    ----------
    source_face : Face
        As it was found on the face photo.
    landmarks : (68, 2) float64
        Of the face to change.
    place : Placement
    options : SwapOptions
    chip, warped : (h, w, 3) uint8
        The photo and the face photo on the chip.
    grey : bool
        Whether the face photo lost its colour.
    spectacles_off : bool
        Whether spectacles were taken off the face photo.
    """

    def __init__(
        self, source: SourceFace, picture: ByteImage, landmarks: Points, place: Placement, options: SwapOptions
    ) -> None:
        self.source_face, self.landmarks = source.face, landmarks
        self.place, self.options, self.spectacles_off = place, options, source.spectacles
        self.chip = place.frame.cut(picture)
        self.grey = options.match_colour and is_monochrome(self.chip)
        coloured = _in_its_colours(source, grey=self.grey)
        self.warped = sampled(coloured.picture_for(place.coarse_scale), place.warp.where)

    @cached_property
    def scene(self) -> Scene:
        """Both faces on the chip."""
        regions = Regions(self.place.chip_points, self.chip.shape)
        old = Regions(region_points(self.place.frame.to_chip(self.landmarks)), self.chip.shape)
        return Scene(lit(self.chip, regions), lit(self.warped, regions), regions, old)

    @cached_property
    def cover(self) -> FloatImage:
        """How much of the new face shows, (h, w) float32."""
        options = self.options
        mouths_differ = mouth_difference(self.landmarks, self.source_face.landmarks)
        cover = face_cover(self.scene, options.keeps, mouths_differ, forehead=options.forehead)
        if self.spectacles is not None:
            cover = cover * (1 - self.scene.regions.soft(self.spectacles.shown_on(cover.shape), 0.008))
        return cover * self.place.warp.trust

    @cached_property
    def spectacles(self) -> Spectacles | None:
        """Those of the face to change, on the chip."""
        seen = self.place.target
        return None if seen is None else spectacles_on(self.chip, self.place.frame.mesh_to_chip(seen.points))

    @cached_property
    def face(self) -> NewFace:
        """The new face in the photo's light."""
        options = self.options
        mirror = self._mirror() if options.match_colour and options.keeps.mirrored else None
        return new_face(
            self.scene,
            options.keeps,
            mirror,
            match_colour=options.match_colour,
            match_detail=options.match_detail,
        )

    @property
    def fields(self) -> Fields:
        """What the result is made of where all is covered that may be."""
        face, cover = self.face, self.cover
        rgb = face.rgb
        correction: FloatImage | float = 0.0
        if self.options.blend == "poisson":
            rgb = rgb + membrane(self.chip, rgb, cover)
        elif self.options.blend == "pyramid":
            correction, cover = pyramid_correction(self.chip, rgb, cover), sharpened(cover)
        shown, gain = wide(cover), face.gain
        offset = shown * (rgb - gain * self.warped) + correction
        return Fields(shown * gain, 1 - cover, np.asarray(offset, np.float32))

    @property
    def fine(self) -> Fine:
        """What detail beyond the chip is matched by."""
        skin = self.face.plain * self.cover
        return Fine(skin, self.options.keeps.texture, self.warped, self.chip)

    def _mirror(self) -> FloatImage:
        """Where on a chip of half the size the mirror image of each place of the face lies, (h, w, 2)."""
        height, width = self.chip.shape[:2]
        mesh = (self.place.mesh + 0.5) / 2 - 0.5
        x, y, _ = cv2.split(rendered(mesh, mesh[MIRRORED], TRIANGLES, (height // 2, width // 2), outside=(0, 0, 0)))
        return cv2.merge((x, y))


class Cadence:
    """How often a photo is looked at and how soon what is seen holds: of a photo once, and at once.

    A film's follows in time what it has seen on earlier frames.
    """

    def mesh(self, picture: ByteImage, landmarks: Points) -> FaceMesh:
        """The mesh of the face with these landmarks, (68, 2)."""
        return face_mesh(picture, landmarks)

    def placed(self, place: Callable[[], Placement], landmarks: Points) -> Placement:
        """Where the new face goes on one with these landmarks, (68, 2)."""
        return place()

    def seen(self, look: Callable[[], Look]) -> tuple[Look, Fields]:
        """A look, and the fields to plan with."""
        now = look()
        return now, now.fields

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

    def laid() -> Placement:
        return _placed(source, surface_of(landmarks, cadence.mesh(picture, landmarks)), landmarks, options, shut)

    place = cadence.placed(laid, landmarks)
    look, fields = cadence.seen(lambda: Look(source, picture, landmarks, place, options))
    share = cadence.mouth(open_share(landmarks) if options.mouth == "auto" else float(options.mouth == "target"))
    if share > 0:
        regions = Regions(place.chip_points, look.chip.shape)
        fields = fields.shown(1 - share * regions.soft(regions.mouth, 0.01))
    fine = _in_its_colours(source, grey=look.grey).picture_for(_scale_between(source.points, place.points))
    base, bend = place.map_to(fine.shape)
    region = place.frame.region(place.points[FACE], picture.shape)
    detail = look.fine if options.match_detail else None
    fields = fields.shown(options.strength)
    return SwapPlan(fine, place.frame, region, base, bend, fields, detail, look)


def _placed(source: SourceFace, target: Surface, landmarks: Points, options: SwapOptions, shut: float) -> Placement:
    """Lay a face photo on a target's face; `shut`, 0 to 1, is how far its mouth has to be shut."""
    closeness = closeness_of(source.surface, target)
    origin = source.surface.drawn(closeness)
    surface = mixed_surface(
        target.drawn(closeness),
        origin + source.shape,
        options.face_shape,
        shut=shut,
        openness=float(np.clip((opening(landmarks) - 0.05) / 0.07, 0, 1)),
    )
    points = region_points(landmarks_of(surface, turn_of(target)))
    frame = frame_of(points)
    chip_points, mesh = frame.to_chip(points), frame.mesh_to_chip(surface)
    # No finer than the photo: what a small face can't show must not be sampled.
    scale = min(_scale_between(source.points, chip_points), _scale_between(source.points, points))
    coarse, coarse_points = source.level_for(scale)
    origin = at_level(without_teeth(origin[:, :2], shut), source.rgb.shape, coarse.shape)
    # Past the outline of a head that is turned lies what is behind it, and no mesh knows that outline to the pixel.
    well_inside = np.clip(source.inset / _OUTLINE, 0, 1)
    turn = turn_between(source.surface, target)
    visible = source.visible * (1 - turn * (1 - well_inside))
    return Placement(
        points=points,
        frame=frame,
        chip_points=chip_points,
        coarse_scale=scale,
        coarse_shape=coarse.shape,
        coarse_points=coarse_points,
        warp=warp_map(mesh, origin, visible, coarse.shape),
        mesh=mesh,
        target=target.seen,
        source=source.surface.seen,
    )


def _in_its_colours(source: SourceFace, *, grey: bool) -> SourceFace:
    return source.in_grey() if grey else source


def _scale_between(source_points: Points, points: Points) -> float:
    sizes = [float(np.prod(np.ptp(each[ALL], axis=0))) for each in (points, source_points)]
    return float(np.sqrt(sizes[0] / max(sizes[1], 1e-9)))
