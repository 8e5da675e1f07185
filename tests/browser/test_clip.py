"""A clip by clicking: chosen in the studio, its people given faces, watched, taken home."""

import re
from pathlib import Path

import av
import pytest
from playwright.sync_api import expect

from tests.clip_jobs.made import film
from tests.drawn import drawn

from .conftest import Open

pytestmark = pytest.mark.browser
CHOICE = re.compile(r"/swaps/clips/[0-9a-f-]{36}/$")
JOB = re.compile(r"/swaps/[0-9a-f-]{36}/$")


@pytest.mark.parametrize("width", [pytest.param(390, marks=pytest.mark.long), 1440])
def test_a_clip_from_the_studio_to_its_film(visit: Open, new_name: str, width: int, tmp_path: Path) -> None:
    path = film(tmp_path / "party.mp4", 6, ("biden.jpg", "astronaut.png"))
    person = visit(width)
    page = person.page
    person.sign_up(new_name)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/swaps/new/")
    page.set_input_files("[name=target]", path)
    page.wait_for_url(CHOICE)
    expect(page.locator(".clip-people li")).to_have_count(2)
    expect(page.locator("#clip-pay")).to_have_text("Swap for 6 points")
    page.set_input_files("[name=face_0]", drawn("obama.jpg"))
    page.fill("[name=begin]", "1")
    page.fill("[name=end]", "4.5")
    expect(page.locator("#clip-pay")).to_have_text("Swap for 4 points")
    person.check_accessibility()
    person.check_width()
    person.picture("clip-choice")
    page.click("#clip-pay")
    page.wait_for_url(JOB)
    expect(page.locator("#job")).to_have_attribute("data-status", "done")
    expect(page.locator("video")).to_have_count(2)
    person.check_accessibility()
    person.check_width()
    person.picture("clip-result")
    with page.expect_download() as begun:
        page.click("#download")
    with av.open(str(begun.value.path())) as container:
        assert len(list(container.decode(video=0))) == 35
