"""The live page in a Chromium whose camera shows a sample photo that moves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.photos import sample
from tests.running_site import RunningSite, wait_until

from .conftest import keep_picture

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.xdist_group("live page")]
SIZES = {390: 844, 1440: 900}
AT_LEAST_TWENTY = re.compile(r"^([2-9]\d|\d{3,})$")


@pytest.fixture(scope="module")
def paying_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    site = RunningSite(tmp_path_factory.mktemp("live-page"), LIVE_MAX_FPS="30").start("web")
    yield site
    site.stop()


def signed_up(browser: Browser, site: RunningSite, width: int, name: str) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": SIZES[width]})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.url}/accounts/signup/")
    for field, value in (
        ("username", name),
        ("email", f"{name}@example.org"),
        ("password1", "a-long-password-for-live"),
        ("password2", "a-long-password-for-live"),
    ):
        page.fill(f"input[name={field}]", value)
    page.click("main form button:not([type=button])")
    page.wait_for_url("**/swaps/new/")
    return page, trouble


@pytest.mark.again
@pytest.mark.parametrize("width", sorted(SIZES))
def test_live_on_a_phone_and_on_a_desk(browser: Browser, paying_site: RunningSite, width: int) -> None:
    page, trouble = signed_up(browser, paying_site, width, f"visitor{width}")
    sent: list[str] = []
    page.on("websocket", lambda line: line.on("framesent", lambda message: sent.append(str(message))))
    page.goto(f"{paying_site.url}/live/")
    keep_picture(page, "live-before")
    page.click("[data-live=start]")
    message = page.locator("[data-live=message]")
    expect(message).to_have_text("Choose a face photo first.")
    page.evaluate("scrollTo(0, 0)")
    page.check("input[name=sample][value='biden.jpg']", force=True)
    expect(message).to_have_text(re.compile("^Choose a face, then start"))
    page.click("[data-live=start]")
    expect(page.locator("[data-live=view]")).to_have_attribute("data-frames", AT_LEAST_TWENTY, timeout=60_000)
    page.check("[data-live=label]")

    def asked_for_the_label() -> bool:
        page.wait_for_timeout(50)  # lets what the browser tells come in, which a plain sleep would not
        return any('"label":true' in message for message in sent)

    wait_until(asked_for_the_label, what="the page to ask for the label")
    # Half before, half after: the swapped half differs from the camera's picture.
    page.fill("[data-live=split]", "50")
    keep_picture(page, "live-on")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(page.locator("[data-live=figures]")).to_contain_text("frames a second")
    page.click("[data-live=snapshot]")
    expect(page.locator("[data-live=kept] a")).to_be_visible()
    link = page.locator("[data-live=kept] a").get_attribute("href")
    page.click("[data-live=stop]")
    expect(message).to_have_text("Stopped. Only your snapshots were kept.")
    for name in ("hint", "figures", "face-status"):
        expect(page.locator(f"[data-live={name}]")).to_have_text("")
    keep_picture(page, "live-stopped")
    page.goto(f"{paying_site.url}/gallery/")
    expect(page.locator(f"a[href='{link}']").first).to_be_visible()
    assert trouble == []
    page.context.close()


def test_the_cameras_own_picture_comes_first_and_each_step_is_named(browser: Browser, paying_site: RunningSite) -> None:
    page, trouble = signed_up(browser, paying_site, 390, "waiting")
    held: list[Route] = []
    page.route("**/upload_source", lambda route: held.append(route))
    page.goto(f"{paying_site.url}/live/")
    face, start = (page.locator(selector).bounding_box() for selector in (".live-face", "[data-live=start]"))
    assert face is not None and start is not None and face["y"] + face["height"] < start["y"]
    page.check("input[name=sample][value='biden.jpg']", force=True)
    page.click("[data-live=start]")
    message = page.locator("[data-live=message]")
    expect(message).to_have_text("Getting the face ready …")
    expect(page.locator("[data-live=video]")).to_be_visible()
    expect(page.locator("[data-live=view]")).not_to_be_visible()
    assert page.evaluate("document.querySelector('[data-live=video]').readyState") >= 2
    keep_picture(page, "live-warming")
    held[0].continue_()
    expect(page.locator("[data-live=view]")).to_have_attribute("data-frames", AT_LEAST_TWENTY, timeout=60_000)
    expect(message).to_be_hidden()
    expect(page.locator("[data-live=video]")).not_to_be_visible()
    page.click("[data-live=stop]")
    expect(message).to_have_text("Stopped. Nothing was kept.")
    assert trouble == []
    page.context.close()


def test_a_large_photo_of_ones_own_is_made_smaller_first(
    browser: Browser, paying_site: RunningSite, tmp_path: Path
) -> None:
    page, trouble = signed_up(browser, paying_site, 1440, "large")
    photo = tmp_path / "large.jpg"
    Image.open(sample("biden.jpg")).resize((4000, 4800)).save(photo, quality=95)
    page.goto(f"{paying_site.url}/live/")
    page.set_input_files("#id_image", photo)
    expect(page.locator(".drop-zone.filled")).to_be_visible()
    with page.expect_response("**/upload_source") as caught:
        page.click("[data-live=start]")
    assert caught.value.json()["success"] is True
    assert len(caught.value.request.post_data_buffer or b"") < 1_000_000 < photo.stat().st_size
    page.click("[data-live=stop]")
    assert trouble == []
    page.context.close()


def test_a_refused_camera_is_explained(browser: Browser, paying_site: RunningSite) -> None:
    page, _ = signed_up(browser, paying_site, 1440, "refused")
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto(f"{paying_site.url}/live/")
    page.check("input[name=sample][value='biden.jpg']", force=True)
    page.click("[data-live=start]")
    expect(page.locator("[data-live=message]")).to_contain_text("Allow it in the address bar")
    page.context.close()
