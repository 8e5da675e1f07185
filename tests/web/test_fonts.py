"""Letters come from the site itself, cut out of packages at set-up."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from fontTools.ttLib import TTFont

from faceswap_site.lib import fonts


def test_letters_are_cut_once_and_are_small(tmp_path: Path) -> None:
    assert fonts.make_fonts(tmp_path)
    files = [tmp_path / name for name in fonts.shipped_fonts(tmp_path)]
    assert len(files) == 2 and sum(file.stat().st_size for file in files) <= 70_000
    assert all({ord("A"), ord("ß"), ord("…")} <= set(TTFont(file).getBestCmap()) for file in files)
    times = [file.stat().st_mtime_ns for file in files]
    assert fonts.make_fonts(tmp_path)
    assert times == [file.stat().st_mtime_ns for file in files]


def test_the_style_sheet_names_both_families_and_their_stand_ins(tmp_path: Path) -> None:
    fonts.make_fonts(tmp_path)
    styles = (tmp_path / "fonts.css").read_text()
    for family in fonts.FAMILIES:
        assert f'"{family.name}"' in styles and f'"{family.name} stand-in"' in styles
    assert "http" not in styles


def test_without_the_packages_the_style_sheet_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(fonts, "version", missing)
    assert not fonts.make_fonts(tmp_path)
    assert "@font-face" not in (tmp_path / "fonts.css").read_text()
    assert fonts.shipped_fonts(tmp_path) == []


def test_the_site_bears_the_name_that_its_operator_gives_it(db: None, client: Client, settings: Any) -> None:
    settings.SITE_NAME = "Lena's <table>"
    page = client.get("/").content.decode()
    assert client.get("/manifest.webmanifest").json()["name"] == "Lena's <table>"
    assert "<span>Lena&#x27;s &lt;table&gt;</span>" in page and "Face swap</title>" not in page
