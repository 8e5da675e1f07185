"""An operator's enhancer of faces, and of whole pictures."""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, Points

from .families import FAMILIES
from .occlusion import unoccluded
from .runtime import Network, WrongAnswer
from .squares import from_planes, to_planes
from .templates import box_mask, cut_out, paste

USUAL_BLEND = 0.8
USUAL_WEIGHT = 0.5
_TILE, _OVERLAP = 256, 16
_LARGEST = 4


def enhance_into(
    picture: ByteImage,
    landmarks: Points,
    enhancer: Network,
    family: str,
    *,
    blend: float = USUAL_BLEND,
    weight: float = USUAL_WEIGHT,
    occluder: Network | None = None,
) -> None:
    """Restore the face with these landmarks, (68, 2), of a picture (H, W, 3) uint8 in place.

    Parameters
    ----------
    blend : float, 0 to 1
        How much of the restored face shows.
    weight : float, 0 to 1
        CodeFormer's: how true the face stays to what is seen; the others have none.
    """
    contract = FAMILIES[family]
    size = contract.size or enhancer.side
    if not size:
        raise WrongAnswer("the network doesn't say the size of its pictures")
    cut = cut_out(picture, landmarks, contract.template, size)
    inputs = {"input": to_planes(cut.rgb, contract.mean, contract.std)[None]}
    if "weight" in enhancer.inputs:
        inputs["weight"] = np.array([weight], np.float64)
    output = enhancer.feed(inputs)[0]
    if output.ndim != 4 or len(output) != 1:
        raise WrongAnswer(f"the network gave {output.shape} instead of one picture")
    restored = from_planes(output[0], (size, size), signed=contract.signed)
    mask = box_mask(size)
    if occluder is not None:
        mask = np.minimum(mask, unoccluded(occluder, cut.rgb))
    paste(picture, restored, mask * np.float32(blend), cut.matrix)


def upscaled(rgb: ByteImage, upscaler: Network) -> ByteImage:
    """A picture made larger by as much as the network makes it, tile by tile, (n × H, n × W, 3) uint8."""
    height, width = rgb.shape[:2]
    step = _TILE - 2 * _OVERLAP
    rows, columns = -(-height // step), -(-width // step)
    rim = (_OVERLAP, rows * step - height + _OVERLAP, _OVERLAP, columns * step - width + _OVERLAP)
    around = cv2.copyMakeBorder(rgb, *rim, cv2.BORDER_REPLICATE)
    times, result = 0, rgb
    for row in range(rows):
        for column in range(columns):
            tile = around[row * step : row * step + _TILE, column * step : column * step + _TILE]
            output = upscaler.feed({upscaler.inputs[0]: to_planes(tile)[None]})[0][0]
            if not times:
                times = _times(output.shape)
                result = np.empty((rows * step * times, columns * step * times, 3), np.uint8)
            finer = from_planes(output, (_TILE * times, _TILE * times), signed=False)
            inner = finer[_OVERLAP * times : (_TILE - _OVERLAP) * times, _OVERLAP * times : (_TILE - _OVERLAP) * times]
            top, left = row * step * times, column * step * times
            result[top : top + step * times, left : left + step * times] = inner
    return np.ascontiguousarray(result[: height * times, : width * times])


def _times(shape: tuple[int, ...]) -> int:
    times = shape[-1] // _TILE
    if len(shape) != 3 or shape[-1] % _TILE or not 1 <= times <= _LARGEST:
        raise WrongAnswer(f"the network made a tile of {_TILE} pixels into {shape}")
    return times
