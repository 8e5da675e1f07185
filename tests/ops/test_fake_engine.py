"""The engine of most tests: what it finds, that nobody takes its pictures for real, and that no site has it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recognition.chosen_engine import describe_faces, face_at, find_faces
from recognition.engine import SAME_PERSON, decode_photo, distances
from recognition.engine.types import ByteImage
from swaps.chosen_engine import prepare_source, swap_faces
from tests.drawn import GROUND, PORTRAITS, drawn
from tests.photos import ROOT


def portrait(name: str) -> ByteImage:
    return decode_photo(drawn(name).read_bytes()).rgb


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_portrait_has_one_face_and_it_is_found_again_in_its_box(name: str) -> None:
    (face,) = find_faces(portrait(name))
    again = face_at(portrait(name), face.box)
    assert again is not None and again.box == face.box
    assert face.quality.reasons == ()


def test_a_group_has_all_its_faces_and_a_flat_picture_none() -> None:
    people = [portrait(name)[:500] for name in ("biden.jpg", "obama.jpg", "obama2.jpg")]
    assert len(find_faces(np.hstack(people))) == 3
    assert find_faces(np.full((300, 400, 3), GROUND, np.uint8)) == []


def test_photos_of_one_person_match_and_others_do_not() -> None:
    people = {name: describe_faces(portrait(name), find_faces(portrait(name))) for name in PORTRAITS}
    for one, described in people.items():
        apart = {other: float(distances(described[0], rows)[0]) for other, rows in people.items()}
        same = {other for other, distance in apart.items() if distance < SAME_PERSON}
        assert same == {other for other in people if PORTRAITS[other].hue == PORTRAITS[one].hue}


def test_a_swap_says_that_it_is_fake_and_has_the_other_face() -> None:
    face, target = portrait("obama.jpg"), portrait("biden.jpg")
    (place,) = find_faces(target)
    made = [swap_faces(target, {0: prepare_source([face])}, target_faces={0: place}).rgb for _ in range(2)]
    assert np.array_equal(made[0], made[1])
    changed = (made[0] != target).any(2)
    left, top, right, bottom = (round(side) for side in place.box)
    assert changed[top:bottom, left:right].mean() > 0.7 and changed.sum() == changed[top:bottom, left:right].sum()
    letters = (made[0][top:bottom, left:right] == 255).all(2)
    assert letters.mean() > 0.03
    described = describe_faces(made[0], find_faces(made[0]))
    assert distances(described[0], describe_faces(face, find_faces(face)))[0] < SAME_PERSON


@pytest.mark.parametrize("module", ["own_settings", "tests_settings"])
def test_a_site_with_it_does_not_start(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text("from tests.site_settings import *\n")
    environment = {"DATA_DIR": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{ROOT}", "DJANGO_SETTINGS_MODULE": module}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "ImproperlyConfigured: FAKE_ENGINE is for the tests" in done.stderr
