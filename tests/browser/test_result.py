"""What can be done with a result, with and without a script."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.running_site import wait_until

from .conftest import Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.long
def test_the_result_is_seen_at_its_full_size(visit: Open, member: dict[str, str], script: bool) -> None:
    person = visit(390, storage_state=member["storage_state"], script=script)
    page = person.open(member["job"])
    page.click("[popovertarget=zoom]")
    expect(page.locator("#zoom")).to_be_visible()
    stage = page.locator(".zoom-stage")
    expect(stage.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    if script:
        page.locator(".zoom-scale").wait_for()
    larger = "stage => stage.scrollWidth > stage.clientWidth || stage.scrollHeight > stage.clientHeight"
    assert stage.evaluate(larger) is not script  # with a script it opens with nothing cut off
    page.check("[data-original]")
    expect(page.locator("#zoom .before")).to_be_visible()
    if script:
        page.locator(".zoom-scale input").fill("200")
        assert stage.evaluate(larger)
        expect(page.locator(".zoom-scale output")).to_have_text("200 %")
        person.check_accessibility()
        person.picture("zoom")
    page.keyboard.press("Escape")
    expect(page.locator("#zoom")).to_be_hidden()


def test_it_is_downloaded_in_any_format(visit: Open, member: dict[str, str]) -> None:
    page = visit(storage_state=member["storage_state"]).open(member["job"])
    page.click(".more > summary")
    for name, kind in (("JPEG", "JPEG"), ("PNG", "PNG"), ("WebP", "WEBP"), ("AVIF", "AVIF")):
        with page.expect_download() as download:
            page.click(f".formats a:text-is('{name}')")
        with Image.open(io.BytesIO(download.value.path().read_bytes())) as picture:
            assert picture.format == kind


def test_before_and_after_come_as_one_picture(visit: Open, member: dict[str, str]) -> None:
    page = visit(storage_state=member["storage_state"]).open(member["job"])
    page.click(".more > summary")
    with page.expect_download() as download:
        page.click("text=Before and after, as one picture")
    with Image.open(io.BytesIO(download.value.path().read_bytes())) as picture:
        assert picture.format == "JPEG"
        width, height = page.locator("compare-slider").evaluate("s => [s.dataset.width, s.dataset.height].map(Number)")
        assert picture.width > 1.9 * picture.height * width / height


def test_the_result_is_revealed_once_and_held_for_the_original(visit: Open, member: dict[str, str]) -> None:
    person = visit(storage_state=member["storage_state"])
    person.page.emulate_media(reduced_motion="no-preference")
    person.page.add_init_script(
        "addEventListener('animationstart', ({ animationName }) => {"
        " if (animationName === 'reveal') window.reveals = (window.reveals ?? 0) + 1; });"
    )
    page = person.open(member["job"])
    slider = page.locator("compare-slider")
    page.wait_for_function("window.reveals === 1")
    expect(slider).to_have_attribute("data-shows", "after")
    page.keyboard.down(" ")
    expect(slider).to_have_attribute("data-shows", "before")
    page.keyboard.up(" ")
    expect(slider).to_have_attribute("data-shows", "after")
    page.reload()
    expect(slider).to_have_attribute("data-shows", "after")
    assert page.evaluate("window.reveals") is None
    page.click("[data-side-by-side]")
    for picture in ("before", "after"):
        box = slider.locator(f"img.{picture}").bounding_box()
        assert box and box["width"] > 200
    person.picture("result-apart")


def test_a_private_link_opens_for_anyone(visit: Open, member: dict[str, str]) -> None:
    page = visit(storage_state=member["storage_state"]).open(member["job"])
    page.click("[popovertarget=share]")
    link = page.locator("copy-field input").input_value()
    page.click("copy-field button")
    expect(page.locator("copy-field button")).to_have_text("Copied")
    stranger = visit(script=False)
    stranger.page.goto(link)
    expect(stranger.page.locator(".shared-photo")).to_be_visible()
    stranger.check_width()


def test_a_result_is_made_public_reported_and_deleted(newcomer: Open, visit: Open) -> None:
    person = newcomer()
    person.swap_samples()
    page = person.page
    address = page.url
    page.click(".more > summary")
    page.click("[popovertarget=publish]")
    page.click("#publish button[class~=primary]")
    public = page.locator(".published a").get_attribute("href") or ""
    stranger = visit(390, script=False)
    stranger.open("/explore/")
    stranger.page.click(f"a[href='{public}']")
    stranger.page.click("[popovertarget=report]")
    stranger.page.select_option("[name=reason]", "other")
    stranger.page.click("#report button.primary")
    expect(stranger.page.locator(".toast")).to_contain_text("An administrator will look at it.")
    person.page.goto(address)
    page.click(".more > summary")
    page.click("[popovertarget=delete-swap]")
    person.check_accessibility()
    page.click("#delete-swap button.danger")
    expect(page.locator(".toast")).to_contain_text("Deleted")
    assert stranger.page.goto(stranger.site.url + public).status == 404  # type: ignore[union-attr]


@pytest.mark.long
def test_it_is_made_again_with_other_options(newcomer: Open) -> None:
    person = newcomer()
    person.swap_samples()
    page = person.page
    page.click("text=Edit again")
    expect(page.locator(".photo-preview img").first).to_be_visible()
    page.click("#pay")
    page.wait_for_url("**/swaps/*-*/")
    page.wait_for_selector("#job[data-status=done]")
    page.click(".more > summary")
    page.click("text=Use as new photo")
    expect(page.locator("drop-zone[data-name=target] .photo-preview")).to_be_visible()
    expect(page.locator("drop-zone[data-name=face] .photo-preview")).to_be_hidden()


@pytest.mark.long
def test_a_letter_is_asked_for_while_waiting(newcomer: Open) -> None:
    person = newcomer(script=False)
    site = person.site
    site.kill("worker")
    try:
        page = person.open("/swaps/new/?face_sample=obama.jpg&target_sample=biden.jpg")
        page.click("#pay")
        page.click("text=E-mail me when it is ready")
        expect(page.locator(".job-page")).to_contain_text("An e-mail goes to")
        person.picture("job-waiting")
    finally:
        site.start("worker")
    page.wait_for_selector("#job[data-status=done]")

    def letters() -> list[str]:
        texts = [path.read_text() for path in (site.data_dir / "mail").glob("*.log")]
        return [text for text in texts if "Your result is ready" in text]

    (letter,) = wait_until(letters, what="the letter")
    assert page.url in letter.replace("=\n", "")
