"""The live page in a Chromium whose camera is a film made from a sample photo."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.bench.live import camera_path, portrait
from tests.browser.conftest import ARGUMENTS, chromium, keep_picture
from tests.running_site import RunningSite, wait_until

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.xdist_group("live")]
SIZES = {390: 844, 1440: 900}
AT_LEAST_TWENTY = re.compile(r"^([2-9]\d|\d{3,})$")


@pytest.fixture(scope="module")
def browser_with_camera(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = chromium()
    film = tmp_path_factory.mktemp("film") / "camera.mjpeg"
    film.write_bytes(b"".join(camera_path(portrait("obama.jpg"), 60)))
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS + camera)
    yield browser
    browser.close()


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


@pytest.mark.parametrize("width", sorted(SIZES))
def test_live_on_a_phone_and_on_a_desk(browser_with_camera: Browser, paying_site: RunningSite, width: int) -> None:
    page, trouble = signed_up(browser_with_camera, paying_site, width, f"visitor{width}")
    sent: list[str] = []
    page.on("websocket", lambda line: line.on("framesent", lambda message: sent.append(str(message))))
    page.goto(f"{paying_site.url}/live/")
    keep_picture(page, "live-before")
    page.click("[data-live=start]")
    expect(page.locator("[data-live=message]")).to_have_text("Choose a face photo first.")
    page.check("input[name=face][value='biden.jpg']", force=True)
    page.click("[data-live=start]")
    expect(page.locator("[data-live=view]")).to_have_attribute("data-frames", AT_LEAST_TWENTY, timeout=60_000)
    page.check("[data-live=label]")

    def asked_for_the_label() -> bool:
        page.wait_for_timeout(50)  # lets what the browser tells come in, which a plain sleep would not
        return any('"label":true' in message for message in sent)

    wait_until(asked_for_the_label, seconds=20, what="the page to ask for the label")
    # Half before, half after: the swapped half differs from the camera's picture.
    page.fill("[data-live=split]", "50")
    keep_picture(page, "live-on")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(page.locator("[data-live=figures]")).to_contain_text("frames a second")
    page.click("[data-live=snapshot]")
    expect(page.locator("[data-live=kept] a")).to_be_visible(timeout=20_000)
    link = page.locator("[data-live=kept] a").get_attribute("href")
    page.click("[data-live=stop]")
    expect(page.locator("[data-live=message]")).to_have_text("Stopped. Nothing was kept.")
    page.goto(f"{paying_site.url}/gallery/")
    expect(page.locator(f"a[href='{link}']").first).to_be_visible()
    assert trouble == []
    page.context.close()


def test_a_refused_camera_is_explained(browser_with_camera: Browser, paying_site: RunningSite) -> None:
    page, _ = signed_up(browser_with_camera, paying_site, 1440, "refused")
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto(f"{paying_site.url}/live/")
    page.check("input[name=face][value='biden.jpg']", force=True)
    page.click("[data-live=start]")
    expect(page.locator("[data-live=message]")).to_contain_text("Allow it in the address bar")
    page.context.close()
