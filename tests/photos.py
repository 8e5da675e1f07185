"""Where the tests' photos come from: the samples that set-up fetched, and larger sets where a developer has them."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("SAMPLES_DIR", ROOT / "var" / "samples"))
SHARED_FACES = ROOT.parent / "shared" / "faces"


def sample(name: str) -> Path:
    """The path of one sample photo (obama.jpg, obama2.jpg, obama3.jpg, biden.jpg, astronaut.png, …)."""
    path = SAMPLES / name
    if not path.exists():
        pytest.fail(f"the sample photo {name} is missing: run `make samples`")
    return path


def photo_set(name: str) -> Path:
    """A folder of labelled photos beside the project (portraits, groups); tests that need it are skipped elsewhere."""
    path = SHARED_FACES / name
    if not path.exists():
        pytest.skip(f"no photo set {name!r} beside the project (looked for {path.parent.name}/{name})")
    return path
