"""dlib's detector and models, built once a process, when first needed.

The model files are found without importing their package: importing it needs pkg_resources, which new
setuptools no longer carry.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

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


def _model_file(name: str) -> str:
    spec = find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package face-recognition-models is not installed: install requirements.lock.")
    return str(Path(spec.origin).parent / "models" / name)


@cache
def _detector() -> Any:
    import dlib

    return OneAtATime(dlib.get_frontal_face_detector())


@cache
def _predictor() -> Any:
    import dlib

    return dlib.shape_predictor(_model_file("shape_predictor_68_face_landmarks.dat"))


@cache
def _encoder() -> Any:
    import dlib

    return OneAtATime(dlib.face_recognition_model_v1(_model_file("dlib_face_recognition_resnet_model_v1.dat")))


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
