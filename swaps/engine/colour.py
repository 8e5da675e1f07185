"""The photo's colour and light for the new face: a smooth gain for each channel, worked out on the chip."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage

# Light is compared over patches of about a third of an eye distance: wide enough to leave features alone.
_SIGMA = 5.0
_SMALL = 4
_GAIN = (0.25, 3.5)


def smooth_skin(chip: ByteImage, weight: FloatImage) -> FloatImage:
    """Average the skin of a chip over patches, and carry it on over what is no skin.

    Parameters
    ----------
    chip : (h, w, 3) uint8
    weight : (h, w) float32
        How much each pixel counts.

    Returns
    -------
    (h / 4, w / 4, 3) float32
    """
    size = (chip.shape[1] // _SMALL, chip.shape[0] // _SMALL)
    weighted = cv2.resize(chip.astype(np.float32) * weight[..., None], size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    total = float(small.sum())
    if total < 1e-3:
        return np.full((size[1], size[0], 3), 128, np.float32)
    mean = weighted.sum((0, 1)) / total
    # A little of the overall mean stands in where a patch holds no skin at all.
    over = cv2.GaussianBlur(weighted, (0, 0), _SIGMA) + 0.02 * mean
    return np.asarray(over / (cv2.GaussianBlur(small, (0, 0), _SIGMA) + 0.02)[..., None], np.float32)


def colour_gain(target: FloatImage, source: FloatImage) -> FloatImage:
    """The gain that gives the source's smooth skin the target's colour: two (h, w, 3) float32 in, one out.

    Skin reflects a share of the light, so the match multiplies: shadows and highlights keep their proportion, and
    dark skin made from pale stays free of a grey cast.
    """
    gain = np.clip((target + 2) / (source + 2), *_GAIN)
    return np.asarray(gain, np.float32)
