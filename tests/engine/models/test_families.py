"""Every family of operators' networks, by stand-ins that keep to its contract."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from recognition.engine import decode_photo
from recognition.engine.finder import find_faces
from recognition.engine.types import ByteImage, FloatImage, Pixels, Points
from swaps.engine.models import enhancer, occlusion
from swaps.engine.models.families import FAMILIES, family_of
from swaps.engine.models.identity import Identity
from swaps.engine.models.onnx_file import read_onnx
from swaps.engine.models.runtime import Network, load
from swaps.engine.models.swapper import Networks, swap_into
from swaps.engine.models.templates import TEMPLATES, box_mask, cut_out, five_points
from tests.engine.models import standins
from tests.photos import sample

SWAPPERS = [name for name, family in FAMILIES.items() if family.role == "swapper"]
ENHANCERS = [name for name, family in FAMILIES.items() if family.role == "enhancer"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return standins.of_each_family(tmp_path_factory.mktemp("engines"))


@pytest.fixture(scope="module")
def portrait() -> tuple[ByteImage, Points]:
    rgb = decode_photo(sample("obama.jpg").read_bytes(), name="photo").rgb[::2, ::2].copy()
    return rgb, find_faces(rgb, mode="largest")[0].landmarks


def networks_for(name: str, files: dict[str, Path]) -> Networks:
    return Networks(name, load(files[name]), load(files["arcface"]), load(files["crossface"]))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_file_is_told_by_what_it_takes_and_gives(name: str, files: dict[str, Path]) -> None:
    assert family_of(files[name].stem, read_onnx(files[name])) == name


def test_a_name_alone_is_not_believed(files: dict[str, Path]) -> None:
    assert family_of("inswapper_128", read_onnx(files["gfpgan"])) != "inswapper"


def expected(rgb: ByteImage, face: Points, template: str, size: int) -> tuple[ByteImage, ByteImage]:
    """The negative where the contract's square lies, worked out pixel by pixel, and how much of it shows."""
    goal, points = np.array(TEMPLATES[template]) * size, five_points(face)
    matrix = cut_out(rgb, face, template, size).matrix
    assert np.abs(points @ matrix[:, :2].T + matrix[:, 2] - goal).max() < 0.2 * size
    y, x = np.indices(rgb.shape[:2])
    u, v = np.tensordot(matrix, np.stack([x, y, np.ones_like(x)]), 1)
    inside = (u > 0) & (v > 0) & (u < size - 1) & (v < size - 1)
    columns, rows = (np.clip(np.rint(each).astype(int), 0, size - 1) for each in (u, v))
    share = np.where(inside, box_mask(size)[rows, columns], 0)
    return 255 - rgb, share


def outside(share: FloatImage) -> Pixels:
    """Pixels beyond the square, and none that a share beside them reaches."""
    reached: FloatImage = cv2.dilate(share.astype(np.float32), np.ones((5, 5)))
    return np.asarray(reached == 0)


@pytest.mark.parametrize("name", [name for name in SWAPPERS if name != "dfm"])
@pytest.mark.parametrize("boost", [1, 2])
def test_a_swap_changes_what_the_contract_says_and_nothing_else(
    name: str, boost: int, files: dict[str, Path], portrait: tuple[ByteImage, Points]
) -> None:
    # The square is sampled on its way in and on its way back, which softens edges: without any, levels must be right.
    rgb, face = cv2.GaussianBlur(portrait[0], (0, 0), 6), portrait[1]
    networks = networks_for(name, files)
    result = rgb.copy()
    swap_into(result, face, networks, networks.identity([portrait]), boost=boost)
    family = FAMILIES[name]
    negative, share = expected(rgb, face, family.template, family.size * boost)
    assert (result == rgb)[outside(share)].all()
    whole = share > 0.999
    assert whole.sum() > 1000
    assert np.abs(result[whole].astype(int) - negative[whole]).max() <= 4
    assert np.abs(result[whole].astype(int) - negative[whole]).mean() <= 1


def test_where_a_square_lies_is_right_to_half_a_pixel(
    files: dict[str, Path], portrait: tuple[ByteImage, Points]
) -> None:
    rgb, face = portrait
    networks = networks_for("inswapper", files)
    ramp = np.broadcast_to(np.arange(rgb.shape[1], dtype=np.float32)[:, None], (*rgb.shape[:2], 3))
    picture = np.rint(ramp % 200).astype(np.uint8)
    before = picture.copy()
    swap_into(picture, face, networks, networks.identity([portrait]), boost=4)
    _, share = expected(rgb, face, "arcface_128", 512)
    whole = (share > 0.999) & (ramp[..., 0] % 200 > 8) & (ramp[..., 0] % 200 < 191)
    # A ramp of one level a pixel: the error in levels is the shift in pixels.
    assert abs(float((255 - picture[whole].astype(float) - before[whole]).mean())) < 0.5


def test_a_deep_face_model_is_fed_in_its_own_way(files: dict[str, Path], portrait: tuple[ByteImage, Points]) -> None:
    rgb, face = portrait
    result = rgb.copy()
    swap_into(result, face, Networks("dfm", load(files["dfm"])), Identity())
    _, share = expected(rgb, face, "dfl_whole_face", 128)
    assert (result == rgb)[outside(share)].all()
    flat = share > 0.999
    assert abs(float((result[flat].astype(float) - (255 - rgb[flat])).mean())) < 3


def brightness(
    name: str, folder: Path, identity: Identity, portrait: tuple[ByteImage, Points], **swapper: object
) -> float:
    """What the stand-in that shows ten times the first number of its source makes of a face."""
    rgb, face = portrait
    file = standins.swapper(folder / f"{name}.onnx", name, tint=True, **swapper)  # type: ignore[arg-type]
    networks = Networks(name, load(file), None, load(standins.converter(folder / "crossface_x.onnx", 2.0)))
    result = rgb.copy()
    swap_into(result, face, networks, identity)
    x, y = np.rint(face[30]).astype(int)
    return float(result[y, x, 0]) / 255


@pytest.mark.parametrize(
    ("name", "shown"),
    # A raw embedding of length 5 whose first number is 3: by a matrix of 2s, of length 1, doubled by the converter.
    [("inswapper", 0.12), ("hyperswap", 0.53), ("ghost", 0.8), ("simswap_256", 0.06), ("hififace", 0.53)],
)
def test_each_family_gets_the_identity_it_was_trained_on(
    name: str, shown: float, tmp_path: Path, portrait: tuple[ByteImage, Points]
) -> None:
    embedding = np.zeros(512, np.float32)
    embedding[:2] = 3, 4
    matrix = {"matrix": np.eye(512, dtype=np.float32) * 2} if name == "inswapper" else {}
    assert brightness(name, tmp_path, Identity(embedding), portrait, **matrix) == pytest.approx(shown, abs=0.005)


def test_several_photos_are_averaged(files: dict[str, Path], portrait: tuple[ByteImage, Points]) -> None:
    rgb, face = portrait
    networks = networks_for("inswapper", files)
    dark = (rgb // 2, face)
    one, two, both = (networks.identity(photos).embedding for photos in ([portrait], [dark], [portrait, dark]))
    assert one is not None and two is not None and both is not None
    assert np.abs(one - two).max() > 0.05
    assert np.allclose(both, (one + two) / 2, atol=1e-6)


def test_the_weight_mixes_the_targets_own_identity_in(tmp_path: Path, portrait: tuple[ByteImage, Points]) -> None:
    rgb, face = portrait
    swapper = standins.swapper(tmp_path / "hyperswap.onnx", "hyperswap", tint=True)
    networks = Networks("hyperswap", load(swapper), load(standins.embedder(tmp_path / "arcface_w600k.onnx")))
    embedding = np.zeros(512, np.float32)
    embedding[0] = -1.0
    shown = []
    for weight in (0.0, 0.5, 1.0):
        result = rgb.copy()
        swap_into(result, face, networks, Identity(embedding), weight=weight)
        x, y = np.rint(face[30]).astype(int)
        shown.append(int(result[y, x, 0]))
    assert shown[0] > shown[1] > shown[2]


@pytest.mark.parametrize("name", ENHANCERS)
def test_an_enhancer_shows_as_far_as_it_is_blended(
    name: str, files: dict[str, Path], portrait: tuple[ByteImage, Points]
) -> None:
    rgb, face = portrait
    for blend in (0.8, 0.0):
        result = rgb.copy()
        enhancer.enhance_into(result, face, load(files[name]), name, blend=blend)
        x, y = np.rint(face[30]).astype(int)
        wanted = rgb[y, x].astype(float) * (1 - blend) + (255 - rgb[y, x].astype(float)) * blend
        assert np.abs(result[y, x] - wanted).max() <= (4 if blend else 0)


def test_what_an_occluder_or_a_parser_covers_stays(files: dict[str, Path], portrait: tuple[ByteImage, Points]) -> None:
    rgb, face = portrait
    square = cut_out(rgb, face, "arcface_128", 128).rgb
    free = occlusion.unoccluded(load(files["xseg"]), square)
    assert free[:, :40].min() == 1 and free[:, 88:].max() == 0
    region = occlusion.face_region(load(files["bisenet"]), square)
    assert region[:40].min() == 1 and region[88:].max() == 0
    plain = networks_for("inswapper", files)
    result = rgb.copy()
    covered = Networks(plain.family, plain.swapper, plain.embedder, None, load(files["xseg"]))
    swap_into(result, face, covered, covered.identity([portrait]))
    left, right = (np.rint(face[n]).astype(int) for n in (39, 42))
    assert (result[left[1], left[0]] != rgb[left[1], left[0]]).any()
    assert (result[right[1], right[0]] == rgb[right[1], right[0]]).all()


def test_an_upscaler_is_asked_tile_by_tile(files: dict[str, Path]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 411, 3), np.uint8)
    larger = enhancer.upscaled(noise, load(files["realesrgan"]))
    assert larger.shape == (600, 822, 3)
    assert (larger[::2, ::2] == noise).all() and (larger[1::2, 1::2] == noise).all()


def test_a_network_runs_on_the_provider_that_is_there(files: dict[str, Path]) -> None:
    network: Network = load(files["inswapper"], providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
    assert network.provider in {"CUDAExecutionProvider", "CPUExecutionProvider"}
