"""Faces as the site finds and describes them: by the engine, or in tests by one that draws instead.

The engine itself knows no settings, so the choice between the two is made here, and every surface asks here. In the web
server all of this happens in engine processes; what is done with a photo goes there as its file, and in one call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from recognition.engine.types import Box, ByteImage, FloatImage, Mode

from . import engine
from .engine import Face, NoFaceFound, Photo, content
from .engine_processes.calls import in_engine_process


def fake_engine() -> Any | None:
    """The module that stands in for the engine in tests; None where the engine itself does the work."""
    # An engine process knows no settings: it is not started where a fake does the work.
    return import_module(settings.FAKE_ENGINE) if settings.configured and settings.FAKE_ENGINE else None


def refuse_fake_engine() -> None:
    """Raise ImproperlyConfigured where a fake engine is set and the settings are not the tests' own."""
    if settings.FAKE_ENGINE and not str(settings.SETTINGS_MODULE).startswith("tests."):
        raise ImproperlyConfigured("FAKE_ENGINE is for the tests: it paints no faces. Take it out of the settings.")


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look at a photo finds.

    Attributes
    ----------
    width, height : int
        Of the upright photo, in pixels.
    faces : list of Face
        In the published order, or the largest alone.
    descriptors : (N, 128) float32
        One for each face where they were asked for; else none.
    tiny : int or None
        Where no face was found: the width in pixels of one that is too small, if there is one.
    """

    width: int
    height: int
    faces: list[Face]
    descriptors: FloatImage
    tiny: int | None


@in_engine_process
def look_at(photo: Photo, *, mode: Mode = "all", describe: bool = False, tiny: bool = False) -> Seen:
    """Find the faces of a photo, and describe them where that is asked for. Its pixels are forgotten again."""
    rgb = photo.rgb
    faces = find_faces(rgb, mode=mode)
    described = describe_faces(rgb, faces) if describe and faces else np.empty((0, 128), np.float32)
    width = tiny_face_width(rgb) if tiny and not faces else None
    size = rgb.shape
    photo.release()
    return Seen(size[1], size[0], faces, described, width)


@in_engine_process
def find_faces(rgb: ByteImage, *, mode: Mode = "all") -> list[Face]:
    """See `recognition.engine.find_faces`."""
    return list((fake_engine() or engine).find_faces(rgb, mode=mode))


@in_engine_process
def largest_face(rgb: ByteImage, name: str) -> Face:
    """The largest face of a photo called `name`; NoFaceFound where there is none."""
    faces = find_faces(rgb, mode="largest")
    if not faces:
        raise NoFaceFound(photo=name)
    return faces[0]


@in_engine_process
def face_at(rgb: ByteImage, box: Box) -> Face | None:
    """See `recognition.engine.face_at`."""
    found: Face | None = (fake_engine() or engine).face_at(rgb, box)
    return found


@in_engine_process
def tiny_face_width(rgb: ByteImage) -> int | None:
    """See `recognition.engine.tiny_face_width`."""
    width: int | None = (fake_engine() or engine).tiny_face_width(rgb)
    return width


@in_engine_process
def explicit_score(rgb: ByteImage, *, classifier: Path | None = None) -> float:
    """See `recognition.engine.content.explicit_score`."""
    return float((fake_engine() or content).explicit_score(rgb, classifier=classifier))


@in_engine_process
def explicit_score_of(photo: Photo, *, classifier: Path | None = None) -> float:
    """The same for a photo, which goes to the engine as its file."""
    return explicit_score(photo.rgb, classifier=classifier)


@in_engine_process
def describe_faces(rgb: ByteImage, faces: Sequence[Face]) -> FloatImage:
    """See `recognition.engine.describe_faces`."""
    described: FloatImage = (fake_engine() or engine).describe_faces(rgb, faces)
    return described
