"""What docs/engine.md says about the code is so: its modules are there, its piece of code runs."""

import re
from importlib import import_module
from typing import Any

import numpy as np

from tests.photos import ROOT, sample

TEXT = (ROOT / "docs" / "engine.md").read_text()


def test_every_module_that_is_named_is_there() -> None:
    names = set(re.findall(r"\b((?:recognition|swaps)\.engine(?:\.\w+)*)\b", TEXT))
    assert len(names) >= 4
    for name in names:
        import_module(name)


def test_the_code_for_film_changes_every_frame() -> None:
    from recognition.engine import decode_photo

    (code,) = re.findall(r"```python\n(.*?)```", TEXT.partition("## Film and camera")[2].partition("\n## ")[0], re.S)
    before = decode_photo(sample("biden.jpg").read_bytes()).rgb
    frames = [before.copy(), before.copy()]
    given: dict[str, Any] = {"face_rgb": decode_photo(sample("obama.jpg").read_bytes()).rgb, "frames": frames}
    exec(code, given)
    assert all((frame != before).any() for frame in frames)
    assert np.array_equal(frames[0], frames[1])
