"""Faces as the site finds and describes them: by the engine, or in tests by one that draws instead.

The engine itself knows no settings, so the choice between the two is made here, and every surface asks here.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from recognition.engine.types import Box, ByteImage, FloatImage, Mode

from . import engine
from .engine import Face, NoFaceFound, content


def fake_engine() -> Any | None:
    """The module that stands in for the engine in tests; None where the engine itself does the work."""
    return import_module(settings.FAKE_ENGINE) if settings.FAKE_ENGINE else None


def refuse_fake_engine() -> None:
    """Raise ImproperlyConfigured where a fake engine is set and the settings are not the tests' own."""
    if settings.FAKE_ENGINE and not str(settings.SETTINGS_MODULE).startswith("tests."):
        raise ImproperlyConfigured("FAKE_ENGINE is for the tests: it paints no faces. Take it out of the settings.")


def find_faces(rgb: ByteImage, *, mode: Mode = "all") -> list[Face]:
    """See `recognition.engine.find_faces`."""
    return list((fake_engine() or engine).find_faces(rgb, mode=mode))


def largest_face(rgb: ByteImage, name: str) -> Face:
    """The largest face of a photo called `name`; NoFaceFound where there is none."""
    faces = find_faces(rgb, mode="largest")
    if not faces:
        raise NoFaceFound(photo=name)
    return faces[0]


def face_at(rgb: ByteImage, box: Box) -> Face | None:
    """See `recognition.engine.face_at`."""
    found: Face | None = (fake_engine() or engine).face_at(rgb, box)
    return found


def tiny_face_width(rgb: ByteImage) -> int | None:
    """See `recognition.engine.tiny_face_width`."""
    width: int | None = (fake_engine() or engine).tiny_face_width(rgb)
    return width


def explicit_score(rgb: ByteImage, *, classifier: Path | None = None) -> float:
    """See `recognition.engine.content.explicit_score`."""
    return float((fake_engine() or content).explicit_score(rgb, classifier=classifier))


def describe_faces(rgb: ByteImage, faces: Sequence[Face]) -> FloatImage:
    """See `recognition.engine.describe_faces`."""
    described: FloatImage = (fake_engine() or engine).describe_faces(rgb, faces)
    return described
