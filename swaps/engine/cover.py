"""Where the new face shows: within the outline, where both photos show bare skin, and the mouths are alike."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from recognition.engine import landmarks68 as named
from recognition.engine.types import FloatImage, Pixels

from .blend import smoothstep
from .light import Lit, largest_of, wide_light
from .presets import Preset
from .region_points import FOREHEAD
from .regions import Regions

# What differs from the light around it by so much (logarithms; the second: over which range doubt grows) is no skin:
# darker, redder or greener, bluer or yellower, a dark line, brighter.
_DARK, _RED, _BLUE, _LINE, _BRIGHT = (0.24, 0.16), (0.18, 0.10), (0.26, 0.15), (0.16, 0.10), (0.25, 0.15)
# The inner face may differ more, the forehead of the face photo and what lies near its outline less.
_INNER, _FOREHEAD, _NEAR_RIM = 1.2, 0.3, 0.3
# From here up a doubt carries a connection to what lies outside the face.
_CONNECTS = 0.15


def _over(value: FloatImage, limit: tuple[float, float], tolerance: FloatImage | float = 1.0) -> FloatImage:
    return np.asarray(smoothstep((value - limit[0] * tolerance) / limit[1]))


@dataclass(frozen=True, eq=False)
class Scene:
    """Both faces on one chip.

    Attributes
    ----------
    photo, source : Lit
        The photo to change, and the face photo as it comes to lie there.
    regions : Regions
        Of the new face.
    old : Regions
        Of the face that was there, of which nothing may look out under the new one.
    """

    photo: Lit
    source: Lit
    regions: Regions
    old: Regions

    @cached_property
    def coarser(self) -> "Scene":
        """The same at half the size."""
        return Scene(self.photo.coarser(), self.source.coarser(), self.regions.coarser(), self.old.coarser())

    @cached_property
    def beards(self) -> tuple[float, float]:
        """Whether the face on the photo wears a beard, and that on the face photo: see `bearded`."""
        return bearded(self.photo, self.regions), bearded(self.source, self.regions)


def bare_skin(scene: Scene, preset: Preset) -> FloatImage:
    """Where neither photo shows hair, hands, spectacles or background, (h, w) float32, 0 to 1.

    Hair and hands come into a face from outside: only what is joined to there counts, so that moles, folds and shadows
    stay skin. Brows, eyes and nose are never asked.
    """
    regions, old = scene.regions, scene.old
    nose, eyes = regions.grown(regions.nose, 0.03), regions.grown(regions.eyes, 0.08)
    known = np.maximum.reduce([eyes, regions.grown(regions.brows, 0.01), nose, old.grown(old.brows, 0.02)])
    # Hair often hangs into the outer end of a brow.
    source_known = np.maximum.reduce([eyes, regions.inner_brows, nose])
    photo = _foreign(scene.photo, regions, preset.photo_skin)
    source = _foreign(scene.source, regions, preset.source_skin, whole_forehead=True)
    source = np.maximum(source, _rim_light(scene.source, regions))
    photo = regions.soft(regions.grown(photo, 0.015), 0.015) * (1 - regions.soft(known, 0.015))
    # Above the brows the face photo's hair thins out into single hairs.
    source = np.maximum(regions.grown(source, 0.03), regions.grown(source, 0.1) * regions.forehead)
    source = regions.soft(source, 0.02) * (1 - regions.soft(source_known, 0.015))
    return np.asarray(np.minimum(1 - photo, 1 - source))


def _foreign(of: Lit, regions: Regions, tolerance: float, *, whole_forehead: bool = False) -> FloatImage:
    """What is no skin and reaches out of the face."""
    near_rim = 1 - smoothstep(regions.depth / 0.15)
    strict = (1 - _FOREHEAD * regions.forehead) * (1 - _NEAR_RIM * near_rim) if whole_forehead else 1.0
    allowed = tolerance * (1 + _INNER * regions.inner) * strict
    red, green, blue = cv2.split(of.hue)
    line = _dark_lines(of, regions)
    unlike = smoothstep((0.5 - regions.soft(of.skin, 0.012)) / 0.3) * regions.forehead
    doubt = np.maximum.reduce(
        [
            _over(-regions.blurred(of.lightness, 0.01), _DARK, allowed),
            _over(np.abs(regions.blurred(red - green, 0.014)), _RED, allowed),
            _over(np.abs(regions.blurred(blue - green, 0.014)), _BLUE, allowed),
            _over(line, _LINE, allowed),
            unlike,
        ]
    )
    outside = 1 - regions.grown(regions.face, -0.04)
    joined = _joined_to(outside > 0.5, doubt > _CONNECTS)
    if whole_forehead:  # a strand that lies on it, wherever it comes from
        joined = np.maximum(joined, regions.forehead * (line > 0.1))
    return np.asarray(doubt * joined)


def _dark_lines(of: Lit, regions: Regions) -> FloatImage:
    side = int(0.08 * regions.span) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.morphologyEx(regions.soft(of.grey, 0.008), cv2.MORPH_BLACKHAT, kernel)


def _joined_to(outside: Pixels, doubtful: Pixels) -> FloatImage:
    """The doubtful pixels that touch the outside, and a pixel around them, 0 or 1."""
    count, labels = cv2.connectedComponents((doubtful | outside).astype(np.uint8), connectivity=8)
    reaches = np.zeros(count, np.float32)
    reaches[np.unique(labels[outside])] = 1
    reaches[0] = 0
    return cv2.dilate(reaches[labels], np.ones((3, 3), np.uint8))


def _rim_light(of: Lit, regions: Regions) -> FloatImage:
    """A rim that a light from behind draws around a face: on another photo it would be a white streak."""
    brighter = regions.soft(of.grey, 0.012) - wide_light(of, regions)
    return _over(brighter, _BRIGHT) * (1 - regions.inner)


def bearded(of: Lit, regions: Regions) -> float:
    """Whether a face wears a beard, 0 to 1: darker than the cheeks and, above the mouth, rougher than they are."""
    grey = of.grey
    fine = np.abs(grey - regions.soft(grey, 0.02))
    cheeks = (regions.cheeks > 0.5) & (regions.features < 0.5)
    if not cheeks.any():
        return 0.0
    level, rough = float(np.median(grey[cheeks])), float(fine[cheeks].mean()) + 0.01

    def compared(part: FloatImage) -> tuple[float, float]:
        inside = part > 0.5
        if inside.sum() <= 5:
            return 0.0, 1.0
        return level - float(np.median(grey[inside])), float(fine[inside].mean()) / rough

    (darker, rougher), (chin, _) = compared(regions.upper_lip), compared(regions.chin)
    moustache = smoothstep((darker - 0.2) / 0.1) * smoothstep((rougher - 1.25) / 0.3)
    return float(max(moustache, smoothstep((chin - 0.35) / 0.12)))


def face_cover(scene: Scene, preset: Preset, mouths_differ: float, *, forehead: bool) -> FloatImage:
    """How much of the new face shows, (h, w) float32, 0 to 1.

    `mouths_differ`, 0 to 1, from `shape.mouth_difference`: folds and lips of one expression don't suit another.
    """
    height, width = scene.photo.skin.shape
    beard = max(scene.beards) if preset.beard else 0.0
    scene = scene.coarser  # enough to tell skin, at a quarter of the cost
    regions, old = scene.regions, scene.old
    bare = bare_skin(scene, preset)
    rim = smoothstep((regions.depth - 0.01) / preset.rim)
    brows = regions.soft(regions.grown(np.maximum(regions.brows, old.brows), 0.03), 0.03)
    brows = np.asarray(brows * smoothstep(regions.depth / 0.05))
    cover: FloatImage = np.maximum(rim, brows) * bare
    lips = regions.soft(regions.grown(regions.lips, 0.02), 0.02)
    # The wings of the old nose are no folds.
    folds = regions.around_mouth * (1 - old.soft(old.grown(old.nose, 0.07), 0.03))
    cover = cover * (1 - preset.folds * mouths_differ * folds * (1 - lips))
    lips = regions.soft(regions.grown(regions.lips, 0.045), 0.025)
    cover = cover * (1 - preset.lips * mouths_differ * lips)
    cover = cover * (1 - preset.beard * beard * regions.beard)
    # Where a photo is blown out there is nothing that could be changed.
    brightest: FloatImage = regions.soft(largest_of(scene.photo.rgb.astype(np.float32)), 0.03)
    blown = smoothstep((brightest - 228) / 24)
    features: FloatImage = np.maximum.reduce([regions.grown(regions.eyes, 0.08), regions.brows, regions.nose])
    plain: FloatImage = 1 - regions.soft(np.asarray(features), 0.015)
    cover = cover * (1 - 0.75 * blown * plain)
    if not forehead:
        cover = cover * (1 - _above_brows(regions))
    return cv2.resize(np.asarray(cover, np.float32), (width, height), interpolation=cv2.INTER_LINEAR)


def _above_brows(regions: Regions) -> FloatImage:
    top = regions.hull(regions.raised(FOREHEAD, 0.2), regions.raised(named.BROWS, 0.07))
    return regions.soft(top, 0.05)
