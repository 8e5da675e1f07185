"""A batch of ten by clicking: dropped, sent one by one, watched, downloaded as an archive."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.drawn import PORTRAITS, drawn

from .conftest import Open

pytestmark = pytest.mark.browser
PAGE = re.compile(r"/swaps/batches/[0-9a-f-]{36}/$")


def ten_files(folder: Path) -> list[Path]:
    """Nine portraits and a text."""
    names = sorted(PORTRAITS)
    files = []
    for number in range(9):
        name = names[number % len(names)]
        path = folder / f"{number}-{name}"
        path.write_bytes(drawn(name).read_bytes())
        files.append(path)
    text = folder / "9-notes.txt"
    text.write_text("no photo")
    return [*files, text]


@pytest.mark.parametrize("width", [pytest.param(390, marks=pytest.mark.long), 1440])
def test_ten_photos_from_drop_to_archive(visit: Open, new_name: str, width: int, tmp_path: Path) -> None:
    person = visit(width)
    page = person.page
    person.sign_up(new_name)
    page.get_by_role("link", name="Many photos at once").click()
    expect(page.locator("#pay")).to_be_disabled()
    page.set_input_files("[name=face]", drawn("obama.jpg"))
    page.set_input_files("[name=photos]", ten_files(tmp_path))
    expect(page.locator(".chosen li")).to_have_count(10)
    expect(page.locator("#pay")).to_have_text("Swap 10 photos for 20 points")
    person.check_accessibility()
    person.check_width()
    person.picture("batch-chosen")
    page.locator(".chosen li button").first.click()
    expect(page.locator("#pay")).to_have_text("Swap 9 photos for 18 points")
    page.click("#pay")
    page.wait_for_url(PAGE)
    expect(page.locator("#batch")).to_have_attribute("data-status", "done")
    expect(page.locator("#batch-grid .done")).to_have_count(8)
    expect(page.locator("#batch-grid .done img").last).to_be_visible()
    expect(page.locator(".batch-failed li")).to_have_count(1)
    expect(page.locator(".batch-failed")).to_contain_text("9-notes")
    expect(page.locator("#points")).to_contain_text("84 points")
    person.check_accessibility()
    person.check_width()
    person.picture("batch-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 8 as ZIP").click()
    archive = zipfile.ZipFile(download.value.path())
    assert len(archive.namelist()) == 9 and archive.testzip() is None
    assert archive.namelist()[0].startswith("001-1-")  # in the order in which they were chosen
    person.open("/gallery/")
    expect(page.locator(".of-batch")).to_have_count(1)
    person.picture("gallery-with-batch")


def test_an_archive_shows_its_price_before_anything_starts(visit: Open, new_name: str, tmp_path: Path) -> None:
    person = visit(1440)
    page = person.page
    person.sign_up(new_name)
    person.open("/swaps/batches/new/")
    with zipfile.ZipFile(tmp_path / "trip.zip", "w") as archive:
        for name in ("biden.jpg", "astronaut.png"):
            archive.write(drawn(name), f"trip/{name}")
    page.set_input_files("[name=face]", drawn("obama.jpg"))
    page.set_input_files("[name=photos]", tmp_path / "trip.zip")
    expect(page.locator("#pay")).to_have_text("Send them and see the price")
    page.click("#pay")
    page.wait_for_url(PAGE)
    expect(page.locator("#points")).to_contain_text("100 points")
    page.get_by_role("button", name="Swap 2 photos for 4 points").click()
    expect(page.locator("#batch")).to_have_attribute("data-status", "done")
    expect(page.locator("#batch-grid .done")).to_have_count(2)
