"""Make the pictures of docs/engine.md from the sample photos: `make docs-pictures`, or `python docs/pictures.py`.

They go to DATA_DIR/docs-pictures (var/docs-pictures by default) and are not kept in the repository.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from recognition.engine import decode_photo, encode_photo, find_faces  # noqa: E402 (run as a script)
from recognition.engine.types import ByteImage, Face  # noqa: E402
from swaps.engine import SwapOptions, prepare_source, swap_prepared  # noqa: E402

DATA = Path(os.environ.get("DATA_DIR", ROOT / "var"))
SAMPLES = Path(os.environ.get("SAMPLES_DIR", DATA / "samples"))
TILE = 280

# For each option: face photo, photo to change, and the values side by side.
PICTURES: Mapping[str, tuple[str, str, list[dict[str, Any]]]] = {
    "blend": ("obama.jpg", "biden.jpg", [{"blend": blend} for blend in ("feather", "pyramid", "poisson")]),
    "strength": ("obama.jpg", "biden.jpg", [{"strength": share} for share in (0.3, 0.6, 1.0)]),
    "face_shape": ("biden.jpg", "obama.jpg", [{"face_shape": share} for share in (0.0, 0.45, 1.0)]),
    "mouth": ("biden.jpg", "astronaut.png", [{"mouth": mouth} for mouth in ("auto", "face", "target")]),
    "forehead": ("biden.jpg", "astronaut.png", [{"forehead": forehead} for forehead in (True, False)]),
    "match_colour": ("obama.jpg", "astronaut.png", [{"match_colour": match} for match in (True, False)]),
    "match_detail": ("astronaut.png", "biden.jpg", [{"match_detail": match} for match in (True, False)]),
    "preset": ("obama.jpg", "biden.jpg", [{"preset": name} for name in ("natural", "balanced", "likeness")]),
}


def tile(rgb: ByteImage, face: Face) -> ByteImage:
    """The surroundings of a face as a square."""
    x, y = face.centre
    reach = face.eye_distance * 2.4
    scale = TILE / (2 * reach)
    matrix = np.array([[scale, 0, -(x - reach) * scale], [0, scale, -(y - reach * 1.1) * scale]])
    softened = cv2.GaussianBlur(rgb, (0, 0), 0.4 / scale) if scale < 0.8 else rgb
    return np.asarray(cv2.warpAffine(softened, matrix, (TILE, TILE), borderMode=cv2.BORDER_REPLICATE))


def main() -> None:
    """Write one picture an option: the face photo, the photo to change, then the option's values."""
    folder = DATA / "docs-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for option, (face_name, target_name, settings) in PICTURES.items():
        rgb, target = (decode_photo((SAMPLES / name).read_bytes()).rgb for name in (face_name, target_name))
        own, found = (find_faces(photo, mode="largest")[0] for photo in (rgb, target))
        source = prepare_source(rgb, faces=own)
        row = [tile(rgb, own), tile(target, found)]
        row += [tile(swap_prepared(source, target, found, SwapOptions(**values)), found) for values in settings]
        (folder / f"{option}.jpg").write_bytes(encode_photo(np.hstack(row), "JPEG"))
        sys.stdout.write(f"{folder / option}.jpg\n")


if __name__ == "__main__":
    main()
