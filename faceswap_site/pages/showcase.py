"""The pictures of the landing page: the samples, and what this installation's own engine makes of them.

Made once at set-up. Without the samples there are none, and the landing page shows a drawing instead.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from faceswap_site.lib.samples import PORTRAITS, sample_portraits
from recognition.chosen_engine import largest_face
from recognition.engine import Face, decode_photo
from recognition.engine.types import ByteImage
from recognition.recognise import compare_faces
from recognition.verdict_words import Answer, in_words
from swaps.chosen_engine import prepare_source, swap_faces

SCENE = "astronaut.png"
# Those whose faces are tried on the scene, and who then each get the face of the next.
FACES = ("obama.jpg", "biden.jpg")
GROUP = {"biden.jpg": "obama.jpg", "astronaut.png": "biden.jpg", "obama2.jpg": "astronaut.png"}
NAMED = "obama2.jpg"  # who is recognised
WIDEST, TILE, BUTTON = 960, 480, 144  # pixels; larger would cost a visitor time and show nothing more

PICTURES = (
    "scene.webp",
    *(f"face-{number}.webp" for number in range(len(FACES) + 1)),
    *(f"with-{number}.webp" for number in range(len(FACES))),
    *(f"group-{number}-{part}.webp" for number in range(len(GROUP)) for part in ("before", "after")),
    "named.webp",
)
TOLD = "named.json"  # what the recogniser says of the speaker


@dataclass(frozen=True)
class Tried:
    """A face beside the scene: its button's picture, and the scene with it (none for the scene's own)."""

    number: int
    name: str
    picture: str
    scene: str


@dataclass(frozen=True)
class Print:
    """A portrait and the same with somebody else's face."""

    photo: str
    face: str
    before: str
    after: str


@dataclass(frozen=True)
class Showcase:
    """The size of the scene, and who is to be seen where."""

    width: int
    height: int
    answer: Answer  # whether the speaker is one of the faces
    scene_name = PORTRAITS[SCENE]
    named = PORTRAITS[FACES[0]]
    tried = tuple(
        Tried(number, PORTRAITS[name], f"face-{number}.webp", f"with-{number}.webp")
        for number, name in enumerate(FACES)
    )
    strip = (*tried, Tried(len(FACES), PORTRAITS[SCENE], f"face-{len(FACES)}.webp", "scene.webp"))
    group = tuple(
        Print(PORTRAITS[photo].partition(",")[0], PORTRAITS[face], f"group-{n}-before.webp", f"group-{n}-after.webp")
        for n, (photo, face) in enumerate(GROUP.items())
    )


def showcase_pictures(data_dir: Path) -> Showcase | None:
    """The size of the scene, or None where the pictures have not been made."""
    folder = data_dir / "showcase"
    if not all((folder / name).exists() for name in (*PICTURES, TOLD)):
        return None
    told = json.loads((folder / TOLD).read_text())
    with Image.open(folder / "scene.webp") as image:
        return Showcase(*image.size, in_words(told["verdict"], told["similarity"]))


def make_showcase(data_dir: Path, samples_dir: Path) -> bool:
    """Make the pictures where the samples are there; False where they are not."""
    needed = {SCENE, NAMED, *FACES, *GROUP, *GROUP.values()}
    if not needed <= set(sample_portraits(samples_dir)):
        return False
    folder = data_dir / "showcase"
    folder.mkdir(parents=True, exist_ok=True)
    decoded = {name: decode_photo((samples_dir / name).read_bytes(), name=name) for name in needed}
    photos = {name: photo.rgb for name, photo in decoded.items()}
    found = {name: largest_face(rgb, name) for name, rgb in photos.items()}
    for number, name in enumerate((*FACES, SCENE)):
        _write(folder / f"face-{number}.webp", photos[name], _round(found[name], photos[name].shape), BUTTON)
    whole = (0, 0, photos[SCENE].shape[1], photos[SCENE].shape[0])
    _write(folder / "scene.webp", photos[SCENE], whole, WIDEST)
    for number, name in enumerate(FACES):
        _write(folder / f"with-{number}.webp", _swapped(photos, found, SCENE, name), whole, WIDEST)
    for number, (photo, face) in enumerate(GROUP.items()):
        crop = _around(found[photo].box, photos[photo].shape)
        _write(folder / f"group-{number}-before.webp", photos[photo], crop, TILE)
        _write(folder / f"group-{number}-after.webp", _swapped(photos, found, photo, face), crop, TILE)
    _write(folder / "named.webp", photos[NAMED], _around(found[NAMED].box, photos[NAMED].shape), WIDEST)
    compared = compare_faces(one=decoded[FACES[0]], other=decoded[NAMED])
    (folder / TOLD).write_text(json.dumps({"verdict": compared.verdict, "similarity": float(compared.similarity)}))
    return True


def _swapped(photos: dict[str, ByteImage], found: dict[str, Face], photo: str, face: str) -> ByteImage:
    return swap_faces(photos[photo], {0: prepare_source([photos[face]])}, target_faces={0: found[photo]}).rgb


def _write(path: Path, rgb: ByteImage, crop: tuple[int, int, int, int], side: int) -> None:
    image = Image.fromarray(rgb).crop(crop)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    partial = path.with_name(f".{path.name}.partial")
    image.save(partial, "WEBP", quality=82, method=6)
    partial.rename(path)


def _round(face: Face, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """A square around a face, for a round button."""
    left, top, right, bottom = face.box
    side = min(1.5 * max(right - left, bottom - top), *shape[:2])
    x = min(max((left + right - side) / 2, 0), shape[1] - side)
    y = min(max((top + bottom - side) / 2, 0), shape[0] - side)
    return round(x), round(y), round(x + side), round(y + side)


def _around(box: tuple[float, float, float, float], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The part of a photo that shows a face with its shoulders, four wide to five high where the photo allows."""
    left, top, right, bottom = box
    height = min(1.25 * min(3.4 * (right - left), shape[1]), shape[0])
    width = min(0.8 * height, shape[1])
    x = min(max((left + right) / 2 - width / 2, 0), shape[1] - width)
    y = min(max((top + bottom) / 2 - 0.42 * height, 0), shape[0] - height)
    return round(x), round(y), round(x + width), round(y + height)
