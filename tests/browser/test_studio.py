"""The studio's help: faces outlined on the chosen photos, and a plan for each face of a group."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.photos import sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """Two people side by side."""
    photo = Image.new("RGB", (1000, 700), "grey")
    for left, name in ((0, "obama.jpg"), (500, "biden.jpg")):
        with Image.open(sample(name)) as person:
            width = person.width
            photo.paste(person.crop((0, 0, width, int(width * 1.4))).resize((500, 700)), (left, 0))
    photo.save(tmp_path / "group.jpg", quality=95)
    return tmp_path / "group.jpg"


def test_each_face_of_a_group_is_planned_and_priced(visit: Open, new_name: str, group: Path) -> None:
    person = visit(390)
    page = person.page
    person.sign_up(new_name)
    page.set_input_files("[name=face]", sample("astronaut.png"))
    page.set_input_files("[name=target]", group)
    expect(page.locator("drop-zone[data-name=target] .face-box")).to_have_count(2)
    expect(page.locator("drop-zone[data-name=face] .face-box")).to_have_count(1)
    expect(page.locator("#pay")).to_contain_text("Swap for 2 points")
    for index in (0, 1):
        page.locator(f"[name=use_{index}]").select_option("face")
    expect(page.locator("#pay")).to_contain_text("Swap for 5 points")
    person.check_accessibility()
    person.check_width()
    person.picture("studio-group")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    expect(page.locator("#points")).to_contain_text("95 points")
