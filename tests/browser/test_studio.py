"""The studio's help: photos from everywhere, faces outlined and planned, a preview, and the way back."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.drawn import drawn

from .conftest import Open, Visit

pytestmark = pytest.mark.browser

FACE, TARGET = "drop-zone[data-name=face]", "drop-zone[data-name=target]"


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """Two people side by side."""
    photo = Image.new("RGB", (1000, 700), "grey")
    for left, name in ((0, "obama.jpg"), (500, "biden.jpg")):
        with Image.open(drawn(name)) as person:
            width = person.width
            photo.paste(person.crop((0, 0, width, int(width * 1.4))).resize((500, 700)), (left, 0))
    photo.save(tmp_path / "group.jpg", quality=95)
    return tmp_path / "group.jpg"


def studio(person: Visit) -> Page:
    return person.open("/swaps/new/")


def preview(page: Page) -> str:
    """Wait for a preview that shows and is up to date; its address, a new one for each."""
    expect(page.locator("#preview img")).to_be_visible()
    expect(page.locator("#preview[aria-busy]")).to_have_count(0)
    return page.locator("#preview img").get_attribute("src") or ""


def test_each_face_of_a_group_is_planned_and_priced(newcomer: Open, group: Path) -> None:
    person = newcomer(390)
    page = studio(person)
    page.set_input_files("[name=face]", drawn("astronaut.png"))
    page.set_input_files("[name=target]", group)
    expect(page.locator(f"{TARGET} .face-box")).to_have_count(2)
    expect(page.locator(f"{FACE} .face-box")).to_have_count(1)
    expect(page.locator("#pay")).to_contain_text("Swap for 2 points")
    for index in (0, 1):
        outline = page.get_by_role("button", name=f"Face {index + 1}: say what happens to it")
        outline.click()
        person.check_accessibility()
        page.locator("#face-picker").get_by_role("button", name="Gets the face photo").click()
        expect(page.locator(f"[name=use_{index}]")).to_have_value("face")
        expect(outline).to_be_focused()
    expect(page.locator("#pay")).to_contain_text("Swap for 5 points")
    preview(page)
    person.check_accessibility()
    person.check_width()
    person.picture("studio-group")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    expect(page.locator("#points")).to_contain_text("95 points")


def test_the_preview_follows_photos_and_options(newcomer: Open) -> None:
    person = newcomer()
    page = studio(person)
    expect(page.locator("#preview")).to_contain_text("Choose both photos to see a preview here.")
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    page.check("[name=target_sample][value='biden.jpg']", force=True)
    first = preview(page)
    page.click(".adjust > summary")
    page.locator("#id_strength").fill("40")
    page.locator("#id_strength").dispatch_event("change")
    expect(page.locator("#preview img")).not_to_have_attribute("src", first)
    preview(page)
    expect(page.locator("#verdict")).to_have_text(re.compile(r"^\s*This should look real\.\s*$"))
    page.set_input_files("[name=face]", drawn("obama_partial_face.jpg"))
    expect(page.locator("#verdict")).to_contain_text("This will probably look edited.")
    shown = preview(page)
    page.check("[name=preset][value=natural]")
    expect(page.locator("#preview img")).not_to_have_attribute("src", shown)
    preview(page)
    person.check_accessibility()
    person.check_width()
    person.picture("studio-preview")
    expect(page.locator("#points")).to_contain_text("100 points")


@pytest.mark.long
def test_the_labels_stay_when_the_zones_are_filled(newcomer: Open) -> None:
    page = studio(newcomer(390))
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    expect(page.locator(f"{FACE} label").filter(has_text=re.compile("^\\s*Face photo\\s*$"))).to_be_visible()


def test_every_change_is_taken_back(newcomer: Open) -> None:
    page = studio(newcomer())
    undo = page.locator("#undo")
    expect(undo).to_be_disabled()
    page.set_input_files("[name=face]", [drawn("obama.jpg"), drawn("obama2.jpg")])
    expect(page.locator(f"{FACE} .several-photos img")).to_have_count(2)
    page.check("[name=target_sample][value='biden.jpg']", force=True)
    preview(page)
    page.click(".adjust > summary")
    page.select_option("#id_mouth", "target")
    page.keyboard.press("Control+z")
    expect(page.locator("#id_mouth")).to_have_value("auto")
    undo.click()
    expect(page.locator(f"{TARGET} .photo-preview")).to_be_hidden()
    undo.click()
    expect(page.locator(f"{FACE} .photo-preview")).to_be_hidden()
    expect(undo).to_be_disabled()


@pytest.mark.long
def test_the_camera_takes_a_face_photo(newcomer: Open) -> None:
    person = newcomer(390, permissions=["camera"])
    page = studio(person)
    page.click(f"{FACE} [data-camera]")
    expect(page.locator("[data-shoot]")).to_be_enabled()
    person.check_accessibility()
    person.picture("studio-camera")
    page.click("[data-shoot]")
    expect(page.locator(f"{FACE} .face-box")).to_have_count(1)
    expect(page.locator("#camera")).to_be_hidden()


def test_a_photo_comes_from_the_web(newcomer: Open, photo_host: str) -> None:
    page = studio(newcomer(390))
    page.click(f"{TARGET} .zone-address summary")
    page.fill("#id_target_url", f"http://{photo_host}/nothing.jpg")
    page.keyboard.press("Enter")
    expect(page.locator(f"{TARGET} .zone-note")).to_contain_text("404")
    page.fill("#id_target_url", f"http://{photo_host}/biden.jpg")
    page.click(f"{TARGET} [data-fetch]")
    expect(page.locator(f"{TARGET} .face-box")).to_have_count(1)


@pytest.mark.long
def test_a_pasted_photo_goes_into_the_empty_zone(newcomer: Open) -> None:
    page = studio(newcomer())
    page.check("[name=face_sample][value='obama.jpg']", force=True)
    page.evaluate(
        """async () => {
            const photo = await (await fetch("/samples/biden.jpg")).blob();
            const data = new DataTransfer();
            data.items.add(new File([photo], "pasted.jpg", { type: "image/jpeg" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
        }"""
    )
    expect(page.locator(f"{TARGET} .face-box")).to_have_count(1)


def test_people_and_recent_faces_are_offered(newcomer: Open) -> None:
    person = newcomer()
    person.swap_samples()
    page = person.open("/people/new/")
    page.fill("[name=name]", "Joe")
    page.select_option("[name=basis]", "consent")
    page.set_input_files("[name=photos]", drawn("biden.jpg"))
    page.click("main form button.primary")
    page.locator(".known-faces img").wait_for()
    studio(person)
    page.check("[name=face_known][aria-label='Joe']", force=True)
    expect(page.locator(f"{FACE} .face-box")).to_have_count(1)
    page.check("[name=target_sample][value='obama.jpg']", force=True)
    preview(page)
    expect(page.locator(f"{FACE} [name=face_known]")).to_have_count(2)  # Joe, and the face of the swap before
    person.check_accessibility()
    person.picture("studio-people")
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
    person.open("/gallery/")
    page.click(".filter summary")
    page.select_option("[name=person]", label="Joe")
    page.click(".filter-fields button")
    expect(page.locator(".photo-rows img")).to_have_count(1)


@pytest.mark.long
def test_an_address_works_without_a_script(newcomer: Open, photo_host: str) -> None:
    page = studio(newcomer(script=False))
    for name in ("face", "target"):
        page.click(f"drop-zone[data-name={name}] .zone-address summary")
        photo = "obama.jpg" if name == "face" else "biden.jpg"
        page.fill(f"#id_{name}_url", f"http://{photo_host}/{photo}")
    assert page.locator("#preview, #undo, [data-camera]").locator("visible=true").count() == 0
    page.click("#pay")
    page.wait_for_selector("#job[data-status=done]")
