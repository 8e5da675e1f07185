"""The photo's colour and light for the new face: a smooth gain and offset for each channel, worked out small."""

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage, Points

from .frame import CHIP_HEIGHT, CHIP_WIDTH
from .mask import core_mask
from .skin import feature_mask

# Light is compared over patches of about a third of an eye distance: wide enough to leave features alone.
_SIGMA = 4.0
_SMALL = 2
_GAIN = (0.2, 4.0)
_CONTRAST = (0.6, 1.1)
# Within the face even what hardly looks like skin (a deep shadow, stubble) has its say in how light falls.
_TRUST = 0.2
_TINT = 2.9


@dataclass(frozen=True, eq=False)
class ColourMatch:
    """What turns the source's colours into the photo's: `pixel * gain + offset`, both (h, w, 3) float32."""

    gain: FloatImage
    offset: FloatImage

    def enlarged(self) -> "ColourMatch":
        """The same at the chip's size."""
        size = (CHIP_WIDTH, CHIP_HEIGHT)
        return ColourMatch(cv2.resize(self.gain, size), cv2.resize(self.offset, size))


def match_colour(
    target: ByteImage, source: ByteImage, target_skin: FloatImage, source_skin: FloatImage, points: Points
) -> ColourMatch:
    """Compare the light on two small pictures of the same face outline.

    Skin reflects a share of the light, so the match multiplies: shadows and highlights keep their proportion, and
    dark skin made from pale stays free of a grey cast. Where the source's light is much harder than the target's,
    its contrast gives way.

    Parameters
    ----------
    target, source : (h, w, 3) uint8
        The photo and the warped face.
    target_skin, source_skin : (h, w) float32
    points : (68 or more, 2) float64
        The mesh in pixels of these pictures.

    Returns
    -------
    ColourMatch
        Of half their size.
    """
    features = feature_mask(points, target.shape)
    plain = (1 - features) * np.maximum(core_mask(points, target.shape), 0.03)
    target_weight, source_weight = plain * target_skin**_TRUST, plain * source_skin**_TRUST
    target_low, source_low = smooth_skin(target, target_weight), smooth_skin(source, source_weight)
    gain = np.clip((target_low + 2) / (source_low + 2), *_GAIN)
    share = np.sqrt(
        contrast(target, target_low, target_weight) / max(contrast(source, source_low, source_weight), 1e-3)
    )
    # Brows and lashes are dark by nature, not by light, so they give way only half as much.
    keep = cv2.resize(cv2.GaussianBlur(features, (0, 0), 1.5), target_low.shape[1::-1], interpolation=cv2.INTER_AREA)
    least = float(np.clip(share, *_CONTRAST))
    scale = (least + (1 - least) * 0.5 * keep)[..., None]
    return ColourMatch((gain * scale).astype(np.float32), (target_low * (1 - scale)).astype(np.float32))


def is_monochrome(chip: ByteImage) -> bool:
    """Whether a chip's hue follows from its lightness alone: black and white, sepia or another tint.

    Measured on the colours' distance from the quadratic in lightness that fits them best, in Lab: files of tinted
    photos leave 1.5 to 2.5, the palest of colour photos 3.5.
    """
    lab = cv2.cvtColor(chip[::4, ::4], cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float32)
    lightness = lab[:, 0] / 255
    powers = np.stack([np.ones_like(lightness), lightness, lightness * lightness], axis=1)
    fitted = np.linalg.lstsq(powers, lab[:, 1:], rcond=None)[0]
    return bool(np.square(lab[:, 1:] - powers @ fitted).sum(1).mean() < _TINT**2)


def no_match() -> ColourMatch:
    """Colours as they are."""
    shape = (CHIP_HEIGHT // 4, CHIP_WIDTH // 4, 3)
    return ColourMatch(np.ones(shape, np.float32), np.zeros(shape, np.float32))


def smooth_skin(small: ByteImage, weight: FloatImage) -> FloatImage:
    """Average the skin of a small picture over patches, and carry it on over what is no skin: (h / 2, w / 2, 3).

    The weight, (h, w) float32, says how much each pixel counts.
    """
    size = (small.shape[1] // _SMALL, small.shape[0] // _SMALL)
    weighted = cv2.resize(small.astype(np.float32) * weight[..., None], size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    total = float(share.sum())
    if total < 1e-3:
        return np.full((size[1], size[0], 3), 128, np.float32)
    mean = weighted.sum((0, 1)) / total
    # A little of the overall mean stands in where a patch holds no skin at all.
    over = cv2.GaussianBlur(weighted, (0, 0), _SIGMA) + 0.02 * mean
    return np.asarray(over / (cv2.GaussianBlur(share, (0, 0), _SIGMA) + 0.02)[..., None])


def contrast(small: ByteImage, low: FloatImage, weight: FloatImage) -> float:
    """How much the skin's lightness strays from its patch's mean, as a share of that mean."""
    size = low.shape[1::-1]
    grey = cv2.resize(small, size, interpolation=cv2.INTER_AREA).astype(np.float32).mean(2)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    off = grey / (low.mean(2) + 2) - 1
    return float(np.sqrt((off * off * share).sum() / max(float(share.sum()), 1e-3)))
