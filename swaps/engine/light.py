"""Light on skin, as logarithms: skin reflects a share of the light, so there light adds, and shade and skin come apart.

The low part, over about a fifth of the face, is how the light falls; what is left is detail, of which the mean of the
channels is lightness and the rest hue. B. Horn, "Determining Lightness from an Image", CGIP 3, 1974.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import coarser
from recognition.engine.types import ByteImage, FloatImage, Points

from .detail import ranked
from .regions import Regions
from .skin import skin_likelihood

# Keeps noise in the dark from counting as detail.
_FLOOR = 8.0
# In spans: how wide a patch is whose light is one. And what it is worked out at, in pixels of the chip.
_PATCH, _STEP = 0.22, 4
# A blur over so many pixels and more bears a copy of half the size.
_COARSE = 3.0
# Where a patch shows no skin, patches so many times wider stand in; by that weight skin counts as none.
_WIDER = ((1.0, 0.03), (2.2, 0.03), (6.0, 1e-4))
# Within the face even what hardly looks like skin has its say in how light falls.
_LEAST_SKIN = 0.02
_TINT = 2.9


@dataclass(frozen=True, eq=False)
class Lit:
    """A chip, its light and its detail.

    Attributes
    ----------
    rgb : (h, w, 3) uint8
    log : (h, w, 3) float32
        `to_log` of it.
    skin : (h, w) float32
        How likely each pixel is this face's skin.
    low : (h, w, 3) float32
        Its light: the part of `log` that changes slowly over the skin, carried on over what is no skin.
    """

    rgb: ByteImage
    log: FloatImage
    skin: FloatImage
    low: FloatImage

    def coarser(self) -> "Lit":
        """The same at half the size."""
        rgb, skin, low = (coarser(each, 2) for each in (self.rgb, self.skin, self.low))
        return Lit(rgb, to_log(rgb), skin, low)

    @cached_property
    def grey(self) -> FloatImage:
        """The mean of the channels, (h, w)."""
        return mean_of(self.log)

    @cached_property
    def lightness(self) -> FloatImage:
        """The detail's lightness, (h, w)."""
        return mean_of(self._detail)

    @cached_property
    def hue(self) -> FloatImage:
        """The detail's colour, (h, w, 3), without its lightness."""
        return cv2.transform(self._detail, np.eye(3, dtype=np.float32) - np.float32(1 / 3))

    @cached_property
    def _detail(self) -> FloatImage:
        return cv2.subtract(self.log, self.low)


def lit(chip: ByteImage, regions: Regions) -> Lit:
    """Take a chip apart whose face lies as its regions say."""
    # Half the size is enough to tell skin, at a quarter of the cost.
    likely = skin_likelihood(coarser(chip, 2), regions.coarser().points)
    skin = cv2.resize(likely, chip.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    log = to_log(chip)
    return Lit(chip, log, skin, _smooth(log, _says(skin, regions), _PATCH * regions.span))


def wide_light(of: Lit, regions: Regions) -> FloatImage:
    """The light over two thirds of the face, (h, w): what a bright rim differs from."""
    return mean_of(_smooth(of.log, _says(of.skin, regions), 0.6 * regions.span))


def _says(skin: FloatImage, regions: Regions) -> FloatImage:
    """How much each pixel has to say about how light falls, (h, w)."""
    weight = (1 - regions.features) * regions.grown(regions.face, -0.02) * np.maximum(skin, _LEAST_SKIN)
    return np.asarray(weight)


def mean_of(channels: FloatImage) -> FloatImage:
    """The mean of three channels: OpenCV takes a tenth of NumPy's time."""
    return cv2.transform(channels, np.full((1, 3), 1 / 3, np.float32))


def wide(field: FloatImage) -> FloatImage:
    """A field (h, w) for each of three channels: NumPy alone takes seven times as long to multiply by it."""
    return cv2.cvtColor(field, cv2.COLOR_GRAY2RGB)


def times_colour(field: FloatImage, colour: Points) -> FloatImage:
    """A field (h, w) times a colour (3,)."""
    return cv2.merge([field * np.float32(each) for each in colour])


def largest_of(channels: FloatImage) -> FloatImage:
    """The largest of three channels, sign apart."""
    first, second, third = cv2.split(np.abs(channels))
    return cv2.max(cv2.max(first, second), third)


def to_log(rgb: ByteImage) -> FloatImage:
    """Logarithms of a picture's channels, float32."""
    return cv2.log(rgb.astype(np.float32) + np.float32(_FLOOR))


def from_log(log: FloatImage) -> FloatImage:
    """The picture again, float32, 0 to 255; what would be brighter than white draws near to it."""
    knee = np.float32(np.log(232 + _FLOOR))
    room = np.float32(np.log(255 + _FLOOR)) - knee
    inside = np.minimum(log, knee)
    drawn = cv2.exp(inside + room * np.tanh((log - inside) / room))
    return np.asarray(np.clip(drawn - np.float32(_FLOOR), 0, 255))


def _smooth(log: FloatImage, weight: FloatImage, sigma: float) -> FloatImage:
    """Average over patches by weight (normalised convolution; H. Knutsson, C.-F. Westin, CVPR 1993)."""
    height, width = weight.shape
    size = (width // _STEP, height // _STEP)
    weighted = cv2.resize(cv2.merge((*cv2.split(log * wide(weight)), weight)), size, interpolation=cv2.INTER_AREA)
    total, known = np.zeros((*weighted.shape[:2], 3), np.float32), np.zeros(weighted.shape[:2], np.float32)
    for wider, doubt in _WIDER:
        *mean, weights = cv2.split(_blurred(weighted, max(sigma * wider / _STEP, 0.3)))
        counts = (1 - known) * weights / (weights + doubt)
        total += cv2.merge(mean) * wide(counts / (weights + 1e-6))
        known += counts
    return cv2.resize(total / wide(np.maximum(known, 1e-6)), (width, height), interpolation=cv2.INTER_CUBIC)


def _blurred(field: FloatImage, sigma: float) -> FloatImage:
    """A Gaussian blur; a wide one of a smaller copy."""
    height, width = field.shape[:2]
    step = min(int(sigma / _COARSE), height // 4, width // 4)
    if step < 2:
        return cv2.GaussianBlur(field, (0, 0), sigma)
    small = cv2.resize(field, (width // step, height // step), interpolation=cv2.INTER_AREA)
    return cv2.resize(_blurred(small, sigma / step), (width, height), interpolation=cv2.INTER_LINEAR)


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


def middle_colour(log: FloatImage, where: FloatImage) -> Points | None:
    """The median, (3,), of what a mask covers; None where it covers next to nothing."""
    sample = log[where > 0.5]
    return ranked(sample, 0.5) if len(sample) > 20 else None
