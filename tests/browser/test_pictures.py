"""How pictures are shown: a result opens on the whole new picture, and whatever is cropped shows the face."""

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Open, Visit

pytestmark = pytest.mark.browser

SPLIT = "document.querySelector('compare-slider').style.getPropertyValue('--split')"
# Where a point of a picture, given as shares of its sides, is seen in its box; also shares, outside 0 to 1 cropped off.
SEEN_AT = """([x, y]) => {
    const scale = Math.max(img.clientWidth / img.naturalWidth, img.clientHeight / img.naturalHeight);
    const [right, down] = getComputedStyle(img).objectPosition.split(" ").map((part) => parseFloat(part) / 100);
    const seen = (share, whole, room, at) => (share * whole * scale - (whole * scale - room) * at) / room;
    return [seen(x, img.naturalWidth, img.clientWidth, right), seen(y, img.naturalHeight, img.clientHeight, down)];
}"""


FACE = (0.5, 0.15)  # of biden.jpg, which is 2.3 times as high as wide


@pytest.fixture
def tall(newcomer: Open) -> Visit:
    """Someone on the page of a tall result."""
    person = newcomer()
    person.swap_samples()
    return person


def seen_at(image: Locator) -> tuple[float, float]:
    image.scroll_into_view_if_needed()
    expect(image).not_to_have_js_property("naturalWidth", 0)
    x, y = image.evaluate(f"(img, face) => ({SEEN_AT})(face)", list(FACE))
    return x, y


def test_a_result_opens_whole_and_shows_the_original_while_it_is_held(visit: Open, member: dict[str, str]) -> None:
    person = visit(storage_state=member["storage_state"])
    page = person.open(member["job"])
    slider = page.locator("compare-slider")
    expect(slider).to_have_attribute("data-shows", "after")
    assert page.evaluate(SPLIT) == "0%"
    person.picture("result")
    box = slider.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    expect(slider).to_have_attribute("data-shows", "before")
    page.mouse.move(middle[0] + 40, middle[1])
    expect(slider).to_have_attribute("data-shows", "both")
    page.mouse.up()
    assert slider.locator("input").input_value() == page.evaluate(f"{SPLIT}.replace('%', '')")
    page.mouse.move(box["x"] + box["width"] * 0.2, middle[1])
    page.mouse.down()
    page.mouse.up()
    expect(slider).to_have_attribute("data-shows", "both")  # as it was left


@pytest.mark.parametrize("script", [True, False])
def test_the_start_page_shows_one_whole_face_at_a_time(visit: Open, script: bool) -> None:
    person = visit(script=script)
    page = person.open("/")
    faces = page.locator(".try-faces input")
    assert faces.count() > 2
    for number in range(faces.count()):
        faces.nth(number).check()
        page.mouse.move(0, 0)
        for one in page.locator(".try-scene .with").all():
            chosen = one.get_attribute("data-n") == str(number)
            expect(one).to_have_css("clip-path", "inset(0px)" if chosen else "inset(0px 100% 0px 0px)")
    person.picture(f"home-{'script' if script else 'plain'}")


def test_the_face_of_a_tall_picture_is_seen_wherever_it_is_cropped(tall: Visit) -> None:
    page = tall.page
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        shown = page.locator("compare-slider img.after")
        x, y = seen_at(shown)
        assert 0.25 < x < 0.75 and 0.2 < y < 0.6
        size = shown.bounding_box()
        assert size is not None and size["width"] > 0.6 * size["height"]
        tall.picture("result-tall")
    publish(page)
    for path, picture in (("/gallery/", "gallery"), ("/history/", "history"), ("/explore/", "explore")):
        tall.open(path)
        x, y = seen_at(page.locator("main ul img, main td img").first)
        assert 0.2 < x < 0.8 and 0.15 < y < 0.75, path
        tall.picture(f"{picture}-tall")


def publish(page: Page) -> None:
    page.click(".more > summary")
    page.click("[popovertarget=publish]")
    page.click("#publish button.primary")
    page.locator(".published").wait_for()


@pytest.mark.long
def test_the_zoom_opens_on_everything_and_goes_to_the_face(tall: Visit) -> None:
    page = tall.page
    page.click("[popovertarget=zoom]")
    stage = page.locator(".zoom-stage")
    page.locator(".zoom-scale").wait_for()
    assert stage.evaluate("stage => stage.scrollHeight <= stage.clientHeight")
    tall.picture("zoom-whole")
    page.locator(".zoom-scale input").fill("200")
    middle = stage.evaluate("stage => (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight")
    assert abs(middle - FACE[1]) < 0.12


@pytest.mark.long
def test_technical_details_are_read_in_words_and_not_in_letters(visit: Open, member: dict[str, str]) -> None:
    for width in (390, 1440):
        person = visit(width, storage_state=member["storage_state"])
        page = person.open(member["job"])
        page.click(".result-facts summary")
        values = page.locator(".result-facts dd").evaluate_all(
            "all => all.map((one) => [one.innerText, one.offsetWidth, one.offsetHeight])"
        )
        assert len(values) > 5
        for text, wide, high in values:
            assert wide > 90 and (high < 60 or len(text) > 30), (text, wide, high)
        person.picture("details")
