"""face_recognition as its author wrote it, for what is held or timed against it."""

import sys
import types
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import ImageFile


@cache
def face_recognition() -> Any:
    """The module face_recognition.api, imported without its side effects.

    Its models' package asks pkg_resources for paths, which is not everywhere; and it lets Pillow open damaged photos
    from then on, in the whole process.
    """
    stand_in = types.ModuleType("pkg_resources")
    stand_in.resource_filename = _path_in  # type: ignore[attr-defined]
    before = sys.modules.get("pkg_resources")
    sys.modules["pkg_resources"] = stand_in
    damaged_are_opened = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        from face_recognition import api
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = damaged_are_opened
        del sys.modules["pkg_resources"]
        if before is not None:
            sys.modules["pkg_resources"] = before
    return api


def _path_in(package: str, name: str) -> str:
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return str(Path(spec.origin).parent / name)
