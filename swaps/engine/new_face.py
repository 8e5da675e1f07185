"""The new face on the chip: the photo's light, the face photo's features, and detail no rougher than the photo's."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import sampled
from recognition.engine import landmarks68 as named
from recognition.engine.types import FloatImage, Pixels, Points

from .blend import smoothstep
from .cover import Scene
from .detail import deviation, ranked
from .light import Lit, from_log, largest_of, mean_of, middle_colour, times_colour, wide
from .presets import Preset
from .regions import Regions

# In spans, between which bands of detail lie: pores, lines, wrinkles, the shape of the parts.
_BANDS = (0.018, 0.036, 0.072)
# Bands of which a soft face photo may be sharpened, and by how much.
_FINE, _SHARPER = 2, 1.3
# Brows and lashes are dark by nature, not by light: they give way by so much of what skin does.
_FEATURES_GIVE = 0.3
_MOST_LIGHT, _MOST_TONE = 1.3, 0.1
_LEAST_PIXELS = 150
# Of four pixels one tells as much as all.
_SOME = (slice(None, None, 2), slice(None, None, 2))
_SAMPLED = 0.2
# What lightness of detail goes with the hue that shade has; a nostril is no shade.
_SHADE = (-0.35, 0.35)
# In spans: how near a highlight or spot of the photo lies that excuses one of the face photo.
_NEAR = 0.03


@dataclass(frozen=True, eq=False)
class NewFace:
    """What the photo would show if all of it were the new face.

    Attributes
    ----------
    rgb : (h, w, 3) float32
    gain : (h, w, 3) float32
        What detail finer than the chip is multiplied by.
    plain : (h, w) float32
        Plain skin on both photos, 0 to 1.
    """

    rgb: FloatImage
    gain: FloatImage
    plain: FloatImage


def new_face(
    scene: Scene, preset: Preset, mirror: FloatImage | None, *, match_colour: bool = True, match_detail: bool = True
) -> NewFace:
    """Put the features of one face into the light of another.

    Parameters
    ----------
    scene : Scene
    preset : Preset
    mirror : (h // 2, w // 2, 2) float32, optional
        Where the mirror image of each place of the face lies, on a chip of half the size: what one-sided shade is told
        by.
    match_colour, match_detail : bool
        As `SwapOptions` says.
    """
    photo, source, regions = scene.photo, scene.source, scene.regions
    features = regions.soft(regions.features, 0.02)
    plain = plain_skin(scene)
    measured = plain > 0.5
    lightness, hue = source.lightness, source.hue
    if match_colour and mirror is not None:
        lightness = lightness + preset.mirrored * _one_sided(scene, mirror)
    finest = 1.0
    if match_detail:
        lightness, finest = _as_rough(lightness, scene, measured, features, preset)
        hue = _as_plain(hue, lightness, scene, measured, preset)
    light = np.clip(photo.low - source.low, -_MOST_LIGHT, _MOST_LIGHT) if match_colour else np.zeros_like(source.low)
    log: FloatImage = source.low + light + wide(lightness) + hue
    if match_colour:
        log = log + _tone(log, scene, measured)
        log = _eyes(log, scene)
        log = _lips(log, scene)
    gain = cv2.exp(light) * wide(finest + (1 - finest) * np.float32(0.7) * features)
    return NewFace(from_log(log), gain, plain)


def plain_skin(scene: Scene) -> FloatImage:
    """Where both photos show skin and nothing else, (h, w) float32, 0 to 1."""
    regions = scene.regions
    clear = (1 - regions.grown(regions.features, 0.02)) * regions.grown(regions.face, -0.12)
    return np.asarray(clear * (np.minimum(scene.photo.skin, scene.source.skin) > 0.5))


def roughness(of: Lit, regions: Regions, plain: FloatImage) -> Points:
    """How strong plain skin's fine detail is, (2,), pores and lines: deviations of logarithms.

    0.0 each where there is next to no plain skin.
    """
    if plain.sum() <= _LEAST_PIXELS:
        return np.zeros(_FINE)
    bands = _bands(of.lightness, regions, _BANDS[:_FINE])
    return np.array([_spread(band, plain > 0.5) for band in bands[:_FINE]])


def _one_sided(scene: Scene, mirror: FloatImage) -> FloatImage:
    """What brings the darker side of a nose or cheek nearer to the other's shade, as far as the photo's has none such.

    The shadow that a nose casts is light, not feature.
    """
    height, width = scene.photo.skin.shape
    scene = scene.coarser
    regions = scene.regions
    source, photo = (
        regions.blurred(sampled(of.lightness, mirror) - of.lightness, 0.05) for of in (scene.source, scene.photo)
    )
    lighter = np.clip(source - np.maximum(photo, 0) - 0.06, 0, 0.4)
    darker = np.clip(np.minimum(photo, 0) - source - 0.06, 0, 0.4)
    eyes = regions.soft(regions.grown(regions.eyes, 0.02), 0.02)
    within = regions.soft(regions.grown(regions.face, -0.1), 0.05)
    lightened = np.asarray((0.8 * lighter - 0.3 * darker) * within * (1 - eyes))
    return cv2.resize(lightened, (width, height))


def _bands(lightness: FloatImage, regions: Regions, between: tuple[float, ...] = _BANDS) -> list[FloatImage]:
    levels = [lightness, *(regions.blurred(lightness, spans) for spans in between)]
    return [*(fine - coarse for fine, coarse in pairwise(levels)), levels[-1]]


def _spread(values: FloatImage, where: Pixels) -> float:
    """How strong a band is there, never 0."""
    return deviation(values[_SOME][where[_SOME]]) + 1e-4


def _ratio(wanted: float, given: float) -> float:
    """What a spread must be multiplied by; sampling alone changes it by some hundredths."""
    ratio = wanted / max(given, 1e-3)
    return 1.0 if abs(ratio - 1) < _SAMPLED else ratio


def _as_rough(
    lightness: FloatImage, scene: Scene, plain: Pixels, features: FloatImage, preset: Preset
) -> tuple[FloatImage, float]:
    """Detail of the strength that the photo's has, band by band, and the factor of the finest."""
    regions, old = scene.regions, scene.old
    if plain.sum() <= _LEAST_PIXELS:
        return lightness, 1.0
    ours, theirs = _bands(lightness, regions), _bands(scene.photo.lightness, regions)
    own = np.maximum(regions.eyes, regions.brows) > 0.5
    its = np.maximum(old.eyes, old.brows) > 0.5
    total: FloatImage = np.zeros_like(lightness)
    finest = 1.0
    for number, (ours_here, theirs_here) in enumerate(zip(ours, theirs, strict=True)):
        fine = number < _FINE
        wanted = _ratio(_spread(theirs_here, plain), _spread(ours_here, plain))
        factor = float(np.clip(wanted, 1 - preset.calm, _SHARPER if fine else 1.0))
        on_features = 1 - (1 - factor) * _FEATURES_GIVE if factor < 1 else 1.0
        if fine and own.any() and its.any():
            on_features = float(np.clip(_ratio(theirs_here[its].std(), ours_here[own].std()), 0.7, 1.5))
        band = (factor + (on_features - factor) * features) * ours_here
        if fine and preset.texture:
            untouched = 1 - np.maximum(features, old.soft(old.features, 0.02))
            band = band + preset.texture * untouched * (theirs_here - band)
        total = total + band
        if number == 0:
            finest = factor
    return _without_glare(total, _spread(scene.photo.lightness, plain), scene), finest


def _without_glare(lightness: FloatImage, spread: float, scene: Scene) -> FloatImage:
    """Highlights and spots of the face photo, drawn in to about what the photo has, there or anywhere on its skin."""
    regions = scene.regions
    eyes, lips = regions.soft(regions.eyes, 0.015), regions.soft(regions.lips, 0.015)
    brightest = (3 * spread + 0.06) * (1 - np.maximum(eyes, lips)) + 1.5 * eyes + 0.35 * lips
    # Spots and blotches are dark, but so are the lines around eyes, nose and mouth: only plain cheeks are asked.
    darkest = 4 * spread + 0.1 + 2 * (1 - regions.soft(regions.cheeks * (1 - regions.features), 0.04))
    photo = scene.photo.lightness
    bright = _at_most(np.maximum(lightness, 0), np.maximum(brightest, 1.25 * regions.highest(photo, _NEAR)))
    dark = _at_most(np.minimum(lightness, 0), np.maximum(darkest, -1.25 * regions.highest(photo, -_NEAR)))
    return bright + dark


def _at_most(values: FloatImage, most: FloatImage) -> FloatImage:
    """Values drawn in, from four fifths of a size on, so that none passes it."""
    knee, room = np.float32(0.8) * most, np.float32(0.2) * most
    inside = np.clip(values, -knee, knee)
    return np.asarray(inside + room * np.tanh((values - inside) / room))


def _as_plain(hue: FloatImage, lightness: FloatImage, scene: Scene, plain: Pixels, preset: Preset) -> FloatImage:
    """Spots, flushes and make-up drawn in to what the photo's skin has; irises and lips keep their own colour.

    What is left of a skin's hue goes with its lightness, as the photo's does: shade on skin is warm.
    """
    if plain.sum() <= _LEAST_PIXELS:
        return hue
    regions, photo = scene.regions, scene.photo
    ours, theirs = _shade_hue(scene.source, plain), _shade_hue(photo, plain)
    spread = _spread(largest_of(photo.hue), plain)
    calmer = 1 - min(1.0, spread / _spread(largest_of(hue), plain))
    parts = np.maximum(regions.eyes, regions.lips)
    coloured = regions.soft(parts, 0.015)
    skin = 1 - regions.soft(np.maximum(parts, regions.brows), 0.015)
    shade = np.clip(lightness, *_SHADE) * skin
    own = (hue - times_colour(shade, ours)) * wide(1 - preset.hue * calmer * (1 - coloured))
    spots = photo.hue - times_colour(np.clip(photo.lightness, *_SHADE) * skin, theirs)
    most = (2 + 2 * (1 - preset.hue)) * spread + 0.02 + np.float32(0.6) * coloured
    most = np.maximum(most, 1.25 * regions.highest(largest_of(spots), _NEAR))
    return _at_most(own, wide(most)) + times_colour(shade, theirs)


def _shade_hue(of: Lit, plain: Pixels) -> Points:
    """How a skin's hue goes with its lightness, (3,): shade on skin is warmer than a grey one."""
    lightness = (of.lightness * plain).ravel()
    slope = lightness @ of.hue.reshape(-1, 3) / max(float(lightness @ lightness), 1e-6)
    return np.asarray(np.clip(slope, -0.4, 0.4))


def _tone(log: FloatImage, scene: Scene, plain: Pixels) -> FloatImage:
    """What brings the mean of the skin to the photo's, (h, w, 3): drawing detail in has moved it a little."""
    apart = cv2.mean(cv2.subtract(scene.photo.log, log), plain.astype(np.uint8))[:3]
    most = _MOST_TONE if plain.sum() > _LEAST_PIXELS else 0.0
    return times_colour(np.ones_like(scene.photo.skin), np.clip(apart, -most, most))


def _eyes(log: FloatImage, scene: Scene) -> FloatImage:
    """Both eyes by one change of lightness and contrast, and each one's white in the hue of the photo's."""
    regions, old = scene.regions, scene.old
    new, was = regions.eyes > 0.5, old.eyes > 0.5
    if min(new.sum(), was.sum()) <= 16:
        return log
    # Only the rows with eyes in them; what fades out around them takes three pixels.
    rows = np.flatnonzero(new.any(1))
    here = slice(max(0, int(rows[0]) - 3), int(rows[-1]) + 4)
    part, lightness = log[here], mean_of(log[here])
    ours, theirs = lightness[new[here]], scene.photo.grey[was]
    dark, white, dark_was, white_was = (float(ranked(each, share)) for each in (ours, theirs) for share in (0.12, 0.88))
    contrast = float(np.clip((white_was - dark_was) / max(white - dark, 0.05), 0.8, 1.25))
    middle = float(ours.mean())
    changed = (lightness - middle) * (contrast - 1)
    brighter = float(np.clip(white_was - (white + (white - middle) * (contrast - 1)), -0.35, 0.35))
    part[:] = part + wide((changed + brighter) * regions.soft(regions.eyes, 0.012)[here])
    for eye in (named.LEFT_EYE, named.RIGHT_EYE):
        own, its = regions.hull(regions.points[eye]), old.hull(old.points[eye])
        ours, theirs = part[own[here] > 0.5], scene.photo.log[its > 0.5]
        if min(len(ours), len(theirs)) > 8:
            light = smoothstep((mean_of(part) - ranked(ours.mean(1), 0.45)) / 0.25)
            shift = np.clip(_white_hue(theirs) - _white_hue(ours), -0.3, 0.3)
            part[:] = part + times_colour(regions.soft(own, 0.02)[here] * light, shift)
    return log


def _white_hue(eye: FloatImage) -> FloatImage:
    """The hue, (3,), of the lightest quarter of an eye's pixels, (n, 3)."""
    lightness = eye.mean(1)
    white = eye[lightness >= ranked(lightness, 0.75)].mean(0)
    return np.asarray(white - white.mean())


def _lips(log: FloatImage, scene: Scene) -> FloatImage:
    """Lips most of the way to the colour of the photo's: lipstick belongs to a photo, not to a face."""
    regions = scene.regions
    ring = regions.lips * (1 - regions.polygon(regions.points[named.INNER_LIPS]))
    ours, theirs = middle_colour(log, ring), middle_colour(scene.photo.log, ring)
    if ours is None or theirs is None:
        return log
    shift = np.clip((theirs - ours) * 0.7, -0.4, 0.4)
    return log + times_colour(regions.soft(regions.lips, 0.02), shift)
