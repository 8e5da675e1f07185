"""The pictures of the landing page: two of the samples, and what this installation's own engine makes of them.

Made once at set-up. Without the samples there are none, and the landing page shows a drawing instead.
"""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from faceswap_site.lib.samples import sample_portraits
from recognition.chosen_engine import largest_face
from recognition.engine import decode_photo
from swaps.chosen_engine import prepare_source, swap_faces

FACE, SCENE = "obama.jpg", "biden.jpg"
PICTURES = ("face.jpg", "before.jpg", "after.jpg")
WIDEST = 960  # pixels; larger would cost a visitor time and show nothing more


@dataclass(frozen=True)
class Showcase:
    """The size of the two pictures that are compared."""

    width: int
    height: int


def showcase_pictures(data_dir: Path) -> Showcase | None:
    """The size of the pictures, or None where they have not been made."""
    folder = data_dir / "showcase"
    if not all((folder / name).exists() for name in PICTURES):
        return None
    with Image.open(folder / "after.jpg") as image:
        return Showcase(*image.size)


def make_showcase(data_dir: Path, samples_dir: Path) -> bool:
    """Make the pictures where the samples are there; False where they are not."""
    if not {FACE, SCENE} <= set(sample_portraits(samples_dir)):
        return False
    face = decode_photo((samples_dir / FACE).read_bytes(), name=FACE).rgb
    scene = decode_photo((samples_dir / SCENE).read_bytes(), name=SCENE).rgb
    folder = data_dir / "showcase"
    folder.mkdir(parents=True, exist_ok=True)
    source, target = prepare_source([face]), largest_face(scene, SCENE)
    after = swap_faces(scene, {0: source}, target_faces={0: target}).rgb
    around_scene = _around(target.box, scene.shape)
    crops = (_around(largest_face(face, FACE).box, face.shape), around_scene, around_scene)
    for name, rgb, crop in zip(PICTURES, (face, scene, after), crops, strict=True):
        image = Image.fromarray(rgb).crop(crop)
        image.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
        partial = folder / f".{name}.partial"
        image.save(partial, "JPEG", quality=84, progressive=True)
        partial.rename(folder / name)
    return True


def _around(box: tuple[float, float, float, float], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The part of a photo that shows a face with its shoulders, four wide to five high where the photo allows."""
    left, top, right, bottom = box
    width = min(4.4 * (right - left), shape[1])
    height = min(1.25 * width, shape[0])
    x = min(max((left + right) / 2 - width / 2, 0), shape[1] - width)
    y = min(max((top + bottom) / 2 - 0.38 * height, 0), shape[0] - height)
    return round(x), round(y), round(x + width), round(y + height)
