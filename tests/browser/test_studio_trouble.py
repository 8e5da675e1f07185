"""The studio where something is in the way: it is said beside where it happened, and what was chosen stays."""

import re
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.drawn import drawn

from .conftest import PASSWORD, Open, Visit

pytestmark = pytest.mark.browser

FACE, TARGET = "drop-zone[data-name=face]", "drop-zone[data-name=target]"


def studio(person: Visit) -> Page:
    return person.open("/swaps/new/")


def choose_samples(page: Page) -> None:
    """By the keyboard: on a phone the bar with the button lies over the lower end of the page."""
    for zone, sample in ((FACE, "face_sample'][value='obama.jpg"), (TARGET, "target_sample'][value='biden.jpg")):
        page.locator(f"[name='{sample}']").press("Space")
        expect(page.locator(f"{zone} .face-box")).to_have_count(1)
    expect(page.locator("#preview img")).to_be_visible()


def only(person: Visit, *statuses: int) -> None:
    """Browsers complain of answers with such a status, which are meant here; nothing else may have gone wrong."""
    meant = re.compile(rf"(status of|Status Error Code) ({'|'.join(map(str, statuses))})\b")
    person.complaints[:] = [one for one in person.complaints if not meant.search(one)]


@pytest.mark.parametrize("gone", ["sessionid", None])
@pytest.mark.long
def test_who_was_signed_out_signs_in_beside_and_goes_on(newcomer: Open, new_name: str, gone: str | None) -> None:
    person = newcomer(390)
    page = studio(person)
    choose_samples(page)
    page.context.clear_cookies(name=gone) if gone else page.context.clear_cookies()
    page.click("#pay")
    notice = page.locator(".pay-bar #signed-out")
    expect(notice).to_contain_text("You were signed out.")
    expect(page.locator("#pay")).to_be_enabled()
    person.check_accessibility()
    person.picture("studio-signed-out")
    with page.context.expect_page() as opened:
        notice.get_by_role("link").click()
    tab = opened.value
    tab.fill("[name=login]", new_name)
    tab.fill("[name=password]", PASSWORD)
    tab.click("main form button.primary")
    expect(tab.locator("main")).to_contain_text("Close this tab")
    tab.close()
    expect(page.locator("[name=face_sample][value='obama.jpg']")).to_be_checked()
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    expect(page.locator("#points")).to_contain_text("98 points")
    only(person, 401, 403)


@pytest.mark.long
def test_a_preview_goes_on_with_the_token_of_another_tab(newcomer: Open, new_name: str) -> None:
    person = newcomer()
    page = studio(person)
    choose_samples(page)
    tab = page.context.new_page()
    tab.goto(f"{person.site_url}/accounts/logout/")
    tab.click("main form button")
    tab.goto(f"{person.site_url}/accounts/login/")
    tab.fill("[name=login]", new_name)
    tab.fill("[name=password]", PASSWORD)
    tab.click("main form button.primary")
    tab.wait_for_url("**/swaps/new/**")
    before = page.locator("#preview img").get_attribute("src") or ""
    page.click(".adjust > summary")
    page.locator("#id_strength").fill("40")
    page.locator("#id_strength").dispatch_event("change")
    expect(page.locator("#preview img")).not_to_have_attribute("src", before)
    expect(page.locator("#signed-out")).to_have_count(0)
    only(person, 403)


@pytest.mark.long
def test_too_many_looks_are_said_and_looked_again_by_itself(newcomer: Open) -> None:
    person = newcomer()
    page = studio(person)
    refused: list[str] = []

    def once(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        words = "Too many requests. Wait 2 seconds."
        route.fulfill(status=429, headers={"Retry-After": "2"}, json={"message": words})

    page.route("**/swaps/faces", once)
    page.check("[name=target_sample][value='biden.jpg']", force=True)
    expect(page.locator(f"{TARGET} .zone-note")).to_have_text("Too many requests. Wait 2 seconds.")
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    expect(page.locator("#pay")).to_contain_text("Swap the largest face for 2 points")
    expect(page.locator(f"{TARGET} .face-box")).to_have_count(1)
    expect(page.locator(f"{TARGET} .zone-note")).to_have_text("")
    expect(page.locator("#pay")).to_have_text(re.compile(r"^\s*Swap for 2 points\s*$"))
    only(person, 429)


@pytest.mark.long
def test_what_was_looked_at_is_not_looked_at_again(newcomer: Open) -> None:
    page = studio(newcomer())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    choose_samples(page)
    page.click(".adjust > summary")
    mouth = page.locator("#id_mouth")
    first = page.locator("#preview img").get_attribute("src") or ""
    mouth.select_option("target")
    expect(page.locator("#preview img")).not_to_have_attribute("src", first)
    mouth.select_option("auto")
    expect(page.locator("#preview img")).to_have_attribute("src", first)
    page.check("[name=target_sample][value='astronaut.png']", force=True)
    expect(page.locator("#preview img")).not_to_have_attribute("src", first)
    page.check("[name=target_sample][value='biden.jpg']", force=True)
    expect(page.locator("#preview img")).to_have_attribute("src", first)
    assert [url.rpartition("/")[2] for url in asked].count("faces") == 3
    assert [url.rpartition("/")[2] for url in asked].count("preview") == 3


@pytest.mark.long
def test_a_photo_that_the_browser_cannot_show_is_shown_by_the_server(newcomer: Open, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    with Image.open(drawn("obama.jpg")) as image:
        image.save(tmp_path / "IMG_1.HEIC", "HEIF", quality=60)
    page = studio(newcomer())
    page.set_input_files("[name=face]", tmp_path / "IMG_1.HEIC")
    expect(page.locator(f"{FACE} .face-box")).to_have_count(1)
    image_shown = page.locator(f"{FACE} .photo-preview > img")
    expect(image_shown).to_be_visible()
    assert image_shown.evaluate("image => image.naturalWidth") > 0


@pytest.mark.parametrize(("name", "content"), [("notes.txt", b"text"), ("fake.jpg", b"no picture")])
def test_a_file_that_is_no_picture_is_said_to_be_none(
    newcomer: Open, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    page = studio(newcomer())
    page.set_input_files("[name=face]", tmp_path / name)
    expect(page.locator("#id_face_errors")).to_contain_text("photo that can be used")
    expect(page.locator(f"{FACE} .photo-preview")).to_be_hidden()
    expect(page.locator("#pay")).to_be_disabled()
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    expect(page.locator("#id_face_errors")).to_have_text("")


def test_a_stranger_among_several_photos_is_said_and_removed_alone(newcomer: Open) -> None:
    person = newcomer(390)
    page = studio(person)
    page.set_input_files("[name=face]", [drawn(name) for name in ("obama.jpg", "biden.jpg", "obama2.jpg")])
    note = page.locator(f"{FACE} .zone-note")
    expect(note).to_contain_text("Photo 2 looks like someone else.")
    person.check_accessibility()
    person.picture("studio-stranger")
    page.get_by_role("button", name="Remove photo 2").click()
    expect(note).to_have_text("")
    expect(page.locator(f"{FACE} .several-photos img")).to_have_count(2)
    expect(page.locator(f"{FACE} .face-box")).to_have_count(1)


@pytest.mark.long
def test_nothing_is_swapped_before_there_is_something_to_swap(newcomer: Open) -> None:
    page = studio(newcomer())
    pay, note = page.locator("#pay"), page.locator("#pay-note")
    expect(pay).to_be_disabled()
    expect(note).to_have_text("Choose both photos.")
    page.check("[name=target_sample][value='biden.jpg']", force=True)
    expect(note).to_have_text("Choose a face photo.")
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    expect(pay).to_be_enabled()
    expect(note).to_have_text("")


def test_the_face_of_a_group_that_is_shown_is_the_one_that_changes(newcomer: Open, tmp_path: Path) -> None:
    photo = Image.new("RGB", (1000, 700), "grey")
    for left, name in ((0, "obama.jpg"), (500, "biden.jpg")):
        with Image.open(drawn(name)) as person:
            photo.paste(person.crop((0, 0, person.width, int(person.width * 1.4))).resize((500, 700)), (left, 0))
    photo.save(tmp_path / "group.png")
    page = studio(newcomer())
    page.check("[name=face_sample][value='astronaut.png']", force=True)
    page.set_input_files("[name=target]", tmp_path / "group.png")
    expect(page.locator(f"{TARGET} button.face-box")).to_have_count(2)
    for index in (0, 1):
        page.locator(f"[name=use_{index}]").select_option("")
    expect(page.locator("#pay")).to_be_disabled()
    expect(page.locator("#pay-note")).to_contain_text("Everybody stays as they are.")
    page.locator("[name=use_1]").select_option("face")
    expect(page.locator(f"{TARGET} .face-box:not(.stays)")).to_have_text("2")
    expect(page.locator("#pay")).to_contain_text("Swap for 2 points")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    expect(page.locator("main")).to_contain_text(re.compile(r"Faces changed\s*2"))


@pytest.mark.long
def test_a_server_out_of_reach_is_said_and_the_photos_stay(newcomer: Open) -> None:
    person = newcomer()
    page = studio(person)
    choose_samples(page)
    page.route("**/swaps/new/", lambda route: route.abort())
    page.click("#pay")
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/swaps/new/")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    person.complaints[:] = [one for one in person.complaints if "ERR_FAILED" not in one and "htmx:" not in one]
