"""What the site writes is for its own user alone, static files apart; what earlier versions wrote is mended."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from faceswap_site.lib.private_files import keep_private
from tests.prepared import prepared

from .test_commands import run


def for_others(folder: Path) -> list[str]:
    """What the group or others may do anything with, below a folder, static files apart."""
    paths = [folder, *(path for path in folder.rglob("*") if "static" not in path.relative_to(folder).parts[:1])]
    return [str(path) for path in paths if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


@pytest.mark.long
def test_a_new_site_is_for_its_own_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        done = run(tmp_path / "data", "check")
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "secret_key").exists()
    assert for_others(tmp_path / "data") == []


@pytest.mark.long
def test_what_an_earlier_version_wrote_is_mended_and_static_files_stay_readable(tmp_path: Path) -> None:
    site = shutil.copytree(prepared(), tmp_path / "data")
    for name in ("mail/letter.log", "samples/face.jpg"):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text("a secret")
    for path in (site, *site.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (site / "static" / ".collected").unlink()  # so that they are collected anew
    done = run(site, "prepare")
    assert done.returncode == 0, done.stderr
    assert for_others(site) == []
    static = [path for path in (site / "static").rglob("*") if path.name != ".collected"]
    assert len(static) > 100 and any(path.suffix == ".gz" for path in static)
    assert all(path.stat().st_mode & stat.S_IROTH for path in static)


def test_a_folder_that_is_shared_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert not keep_private(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_the_doctor_says_when_others_may_look_in(
    db: None, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o1777)
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError):
        call_command("doctor")
    assert "chmod 700" in capsys.readouterr().out
