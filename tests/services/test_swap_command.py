"""`manage.py swap`: a swap from files to a file."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from recognition.engine import decode_photo
from swaps.engine import SwapResult
from swaps.engine.presets import PRESETS
from tests import fake_engine
from tests.drawn import drawn


@pytest.mark.parametrize("face", ["obama.jpg", "obama_partial_face.jpg"])
def test_it_says_how_real_the_result_looks(tmp_path: Path, face: str) -> None:
    said, out = io.StringIO(), tmp_path / "out.png"
    call_command("swap", drawn(face), drawn("biden.jpg"), output=out, stdout=said)
    first, *rest = said.getvalue().splitlines()
    if face == "obama.jpg":
        assert (first, rest) == ("This should look real.", [])
    else:
        assert first == "This will probably look edited." and "Choose a larger photo of that face." in rest[0]
    assert decode_photo(out.read_bytes()).rgb.shape == decode_photo(drawn("biden.jpg").read_bytes()).rgb.shape


@pytest.mark.parametrize("preset", PRESETS)
def test_the_preset_reaches_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str) -> None:
    seen = []
    swap = fake_engine.swap_faces

    def swapped(*args: Any, **kwargs: Any) -> SwapResult:
        seen.append(args[2].preset)
        return swap(*args, **kwargs)

    monkeypatch.setattr(fake_engine, "swap_faces", swapped)
    call_command("swap", drawn("obama.jpg"), drawn("biden.jpg"), output=tmp_path / "out.png", preset=preset)
    assert seen == [preset]


def test_several_photos_go_into_a_folder_and_a_broken_one_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "biden.jpg").write_bytes(drawn("biden.jpg").read_bytes())
    (tmp_path / "notes.txt").write_text("no photo")
    targets = (drawn("biden.jpg"), tmp_path / "notes.txt", tmp_path / "again" / "biden.jpg", tmp_path / "gone.jpg")
    said, wrong, out = io.StringIO(), io.StringIO(), tmp_path / "results"
    with pytest.raises(SystemExit) as ended:
        call_command("swap", drawn("obama.jpg"), *targets, output=out, stdout=said, stderr=wrong)
    assert ended.value.code == 2
    assert sorted(path.name for path in out.iterdir()) == ["biden-2.jpg", "biden.jpg"]
    assert "2 of 4 done" in said.getvalue()
    assert "notes.txt is a text file" in wrong.getvalue() and "gone.jpg: No such file" in wrong.getvalue()
