"""A clip whose faces an operator's networks make: every frame, where the family's contract says, and nothing else."""

from io import StringIO
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from django.core.management import call_command

from recognition.engine import decode_photo, find_faces
from recognition.engine.types import ByteImage, Points
from swaps.engine import SourceFace, SwapOptions
from swaps.engine.clips import Analysis, Clip
from swaps.engine.clips.painting import painted
from swaps.engine.models.families import FAMILIES
from swaps.engine.models.network_face import Enhancer, NetworkFace
from swaps.engine.models.runtime import load
from swaps.engine.models.swapper import Networks
from swaps.engines import registry
from tests.conftest import Bring
from tests.engine.models import standins
from tests.photos import sample

pytestmark = pytest.mark.real_engine

SWAPPERS = [name for name, family in FAMILIES.items() if family.role == "swapper"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return standins.of_each_family(tmp_path_factory.mktemp("engines"))


def face_of(name: str, files: dict[str, Path], *, classic: bool = False) -> NetworkFace:
    rgb = decode_photo(sample("obama.jpg").read_bytes()).rgb
    networks = Networks(name, load(files[name]), load(files["arcface"]), load(files["crossface"]))
    photo = rgb, find_faces(rgb, mode="largest")[0].landmarks
    return NetworkFace(networks, networks.identity([photo]), classic=classic)


def frames_of(
    clip: Clip, seen: Analysis, faces: dict[int, NetworkFace | SourceFace], **more: object
) -> list[ByteImage]:
    options = more.pop("options", SwapOptions())
    read = painted(clip, seen, 0, 12, faces, options, **more)  # type: ignore[arg-type]
    return [each.picture.rgb((0, 0, 640, 360)) for _number, each in read]


def points_of(seen: Analysis, number: int) -> Points:
    return np.asarray(seen.runs[0].landmarks[number], np.float64)


@pytest.mark.parametrize("name", SWAPPERS)
def test_each_family_changes_frames_as_it_changes_a_photo(
    name: str, files: dict[str, Path], film: Clip, seen: Analysis
) -> None:
    face = face_of(name, files)
    before, after = frames_of(film, seen, {}), frames_of(film, seen, {0: face})
    for number in (0, 5, 11):
        wanted = before[number].copy()
        face.put_onto(wanted, points_of(seen, number), SwapOptions())
        changed = (wanted != before[number]).any(2)
        # Colour is stored by squares of two pixels, so it is a level off here and there, and more at edges.
        apart = np.abs(cv2.GaussianBlur(after[number], (0, 0), 2).astype(int) - cv2.GaussianBlur(wanted, (0, 0), 2))
        assert changed.sum() > 3000
        assert apart.max() <= 12 and apart[changed].mean() <= 2
        around = cv2.dilate(changed.astype(np.uint8), np.ones((5, 5))) == 0
        assert (after[number][around] == before[number][around]).all()


def test_strength_and_the_classic_finish_count(files: dict[str, Path], film: Clip, seen: Analysis) -> None:
    before, whole = frames_of(film, seen, {}), frames_of(film, seen, {0: face_of("hyperswap", files)})
    half = frames_of(film, seen, {0: face_of("hyperswap", files)}, options=SwapOptions(strength=0.5))
    x, y = points_of(seen, 5)[30].astype(int)
    middle = (before[5][y, x].astype(int) + whole[5][y, x]) / 2
    assert np.abs(half[5][y, x] - middle).max() <= 4
    classic = frames_of(film, seen, {0: face_of("hyperswap", files, classic=True)})
    assert (classic[5] != whole[5]).any() and (classic[5] != before[5]).any()


def test_an_enhancer_goes_over_each_frame(
    files: dict[str, Path], film: Clip, seen: Analysis, source: SourceFace
) -> None:
    enhancer = Enhancer(load(files["gfpgan"]), "gfpgan")
    plain, enhanced = frames_of(film, seen, {0: source}), frames_of(film, seen, {0: source}, enhancer=enhancer)
    for number in (0, 11):
        x, y = points_of(seen, number)[30].astype(int)
        wanted = plain[number][y, x] * 0.2 + (255.0 - plain[number][y, x]) * 0.8
        assert np.abs(enhanced[number][y, x] - wanted).max() <= 8


@pytest.mark.django_db
def test_the_command_names_the_engine_that_made_a_clip(bring: Bring, film: Clip, tmp_path: Path) -> None:
    bring("arcface")
    bring("inswapper")
    out, said = tmp_path / "out.mp4", StringIO()
    words = [str(sample("obama.jpg")), str(film.path), "-o", str(out), "--to", "0.4", "--engine", "inswapper_128"]
    call_command("swap", *words, stdout=said, stderr=said)
    assert "Made by inswapper_128 on CPUExecutionProvider." in said.getvalue()
    assert b"engine inswapper_128 on CPUExecutionProvider" in out.read_bytes()
    with av.open(str(out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12


@pytest.mark.django_db
def test_a_clip_is_not_made_by_another_engine_than_was_asked(bring: Bring, film: Clip, tmp_path: Path) -> None:
    bring("arcface")
    engine = bring("inswapper")
    standins.swapper(registry.path_of(engine), "inswapper", tint=True)  # changed since it was looked at
    said = StringIO()
    words = [str(sample("obama.jpg")), str(film.path), "-o", str(tmp_path / "out.mp4"), "--engine", "inswapper_128"]
    with pytest.raises(SystemExit):
        call_command("swap", *words, stdout=said, stderr=said)
    assert "could not be used" in said.getvalue() and not (tmp_path / "out.mp4").exists()
