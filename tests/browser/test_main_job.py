"""A person signs up by clicking, uploads two photos, watches, compares and downloads."""

import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.drawn import drawn

from .conftest import PASSWORD, Open

pytestmark = pytest.mark.browser


@pytest.mark.again
@pytest.mark.parametrize("width", [390, 1440])
def test_sign_up_swap_and_download(visit: Open, new_name: str, width: int, tmp_path: Path) -> None:
    person = visit(width)
    page = person.page
    person.sign_up(new_name)
    page.set_input_files("[name=face]", drawn("obama.jpg"))
    page.set_input_files("[name=target]", drawn("biden.jpg"))
    expect(page.locator(".photo-preview img")).to_have_count(2)
    expect(page.locator(".photo-preview").first).to_be_visible()
    person.picture("studio-filled")
    page.click("#pay")
    page.wait_for_url("**/swaps/*-*/")
    person.picture("job-open")
    page.wait_for_selector("#job[data-status=done]")
    page.wait_for_load_state("networkidle")
    person.check_accessibility()
    person.check_width()
    person.picture("job-done")
    expect(page.locator("#points")).to_contain_text("98 points")
    with page.expect_download() as download:
        page.click("#download")
    result = tmp_path / "result.jpg"
    download.value.save_as(result)
    with Image.open(result) as got, Image.open(drawn("biden.jpg")) as target:
        assert got.size == target.size


def test_the_samples_take_four_clicks_and_ten_seconds_at_most(visit: Open, new_name: str, tmp_path: Path) -> None:
    person = visit()
    page = person.page
    page.add_init_script("addEventListener('click', (event) => event.isTrusted && window.clicked(), true)")
    clicks: list[float] = []
    page.expose_function("clicked", lambda: clicks.append(time.monotonic()))
    before_all = time.monotonic()
    person.open("/")
    usual = time.monotonic() - before_all
    page.click("#try")
    for name in ("password1", "password2"):
        page.fill(f"[name={name}]", PASSWORD)
    page.fill("[name=username]", new_name)
    page.fill("[name=email]", f"{new_name}@example.org")
    page.click("main form button.primary")
    page.wait_for_url("**/swaps/new/**")
    started, before = time.monotonic(), len(clicks)
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    with page.expect_download() as download:
        page.click("#download")
    download.value.save_as(tmp_path / "result.jpg")
    # Ten seconds; more only where the machine is so busy that a page alone takes more than one.
    assert time.monotonic() - started < max(10, 10 * usual)
    assert 1 <= len(clicks) - before <= 4
    with Image.open(tmp_path / "result.jpg") as result:
        assert result.size[0] >= 400  # as the drawn photo is


@pytest.mark.parametrize("script", [True, False])
def test_faces_are_tried_on_at_the_start_page(visit: Open, script: bool) -> None:
    page = visit(script=script).open("/")
    clip = "image => getComputedStyle(image).clipPath"
    first, second = (page.locator(f".with[data-n='{number}']") for number in (0, 1))
    assert (first.evaluate(clip), second.evaluate(clip)) == ("inset(0px)", "inset(0px 100% 0px 0px)")
    page.locator("label[data-n='1']").click()
    page.mouse.move(2, 2)
    assert (first.evaluate(clip), second.evaluate(clip)) == ("inset(0px 100% 0px 0px)", "inset(0px)")
    page.locator("label[data-n='2']").hover()  # the photo's own face
    assert {first.evaluate(clip), second.evaluate(clip)} == {"inset(0px 100% 0px 0px)"}
    page.mouse.move(2, 2)
    page.locator("label[data-n='1'] input").focus()
    page.keyboard.press("ArrowUp")
    assert first.evaluate(clip) == "inset(0px)"


def test_the_slider_moves_by_keyboard(visit: Open, member: dict[str, Any]) -> None:
    page = visit(storage_state=member["storage_state"]).open(member["job"])
    slider = page.locator("compare-slider input")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("10")
    assert page.evaluate("document.querySelector('compare-slider').style.getPropertyValue('--split')") == "10%"


def test_errors_leave_the_chosen_photos_in_place(visit: Open, new_name: str, tmp_path: Path) -> None:
    person = visit(390)
    page = person.page
    person.sign_up(new_name)
    text = tmp_path / "holiday.jpg"
    text.write_text("This is not a photo.")
    page.set_input_files("[name=face]", text)
    page.set_input_files("[name=target]", drawn("biden.jpg"))
    expect(page.locator("#id_face_errors")).to_contain_text("photo that can be used")
    expect(page.locator("drop-zone[data-name=target] .face-box")).to_have_count(1)
    person.check_accessibility()
    page.set_input_files("[name=face]", drawn("obama.jpg"))
    page.click("#pay")
    page.wait_for_url("**/swaps/*-*/")


def test_a_photo_without_a_face_is_explained(visit: Open, new_name: str, tmp_path: Path) -> None:
    person = visit(390)
    page = person.page
    person.sign_up(new_name)
    grey = tmp_path / "grey.png"
    Image.new("RGB", (400, 400), "grey").save(grey)
    page.set_input_files("[name=face]", grey)
    page.set_input_files("[name=target]", drawn("biden.jpg"))
    expect(page.locator("drop-zone[data-name=face] .zone-note")).to_contain_text("No face was found on this photo.")
    expect(page.locator("#pay")).to_be_disabled()
    page.locator("#studio").evaluate("form => form.submit()")  # as where the faces could not be asked for
    page.wait_for_selector("#job[data-status=failed]")
    expect(page.locator(".notice")).to_contain_text("No face was found in the face photo")
    expect(page.locator("#points")).to_contain_text("100 points")
    person.check_accessibility()
    person.picture("job-failed")


def test_it_works_without_a_script(visit: Open, new_name: str) -> None:
    person = visit(script=False)
    page = person.page
    person.sign_up(new_name)
    page.set_input_files("[name=face]", drawn("obama.jpg"))
    page.set_input_files("[name=target]", drawn("biden.jpg"))
    person.picture("studio-no-script")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")  # the page loads itself again
    person.picture("job-done-no-script")
    with page.expect_download():
        page.click("#download")
