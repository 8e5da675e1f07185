"""A headless Chromium on a running site. Where there is no Chromium these tests are skipped; in CI they fail."""

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from tests.bench.live import camera_path, portrait
from tests.drawn import FOLDER
from tests.running_site import FAKE, RunningSite, Visitor

OUTPUT = Path(__file__).resolve().parent.parent / "output"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {390: 844, 768: 1024, 1440: 900}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# Of axe's rules these depend on the colours of the page; the others find in the dark what they find in the light.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
PASSWORD = "Zq7-Kx9-Wv4-Jd2-Yp8"


def chromium() -> str:
    """The path of a Chromium on this machine; CHROMIUM names another one."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    reason = "no Chromium on PATH (looked for " + ", ".join(NAMES) + "); set CHROMIUM to its path"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browser; its event loop stays in the process, so all that uses it lies in this folder."""
    expect.set_options(timeout=30_000)  # ms, as for all else: 5 s are few where all cores are busy
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all; before its camera is a portrait."""
    path = chromium()
    film = tmp_path_factory.mktemp("film") / "camera.mjpeg"
    film.write_bytes(b"".join(camera_path(portrait("obama.jpg"), 5)))
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    running = playwright.chromium.launch(
        executable_path=path, args=[*ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={film}"]
    )
    yield running
    running.close()


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of a page for human eyes, where PICTURES is set."""
    if os.environ.get("PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=OUTPUT / f"{name}-{width}.jpg", full_page=True, type="jpeg", quality=80)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def photo_host() -> Iterator[str]:
    """Somewhere on the web where the samples lie; the site may fetch from there."""
    handler = functools.partial(QuietHandler, directory=str(FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def site(browser: Browser, photo_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    # A mail server whose letters lie in the site's folder.
    mail = {"EMAIL_URL": "filemail:///mail", "SITE_URL": "http://localhost"}
    running = RunningSite(tmp_path_factory.mktemp("browser-site"), FETCH_ALLOW_HOSTS=photo_host, **mail, **FAKE)
    running.environment["SITE_URL"] = running.url
    running.manage("make_showcase")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_files() -> Path | None:  # these tests keep their files in the site's own DATA_DIR
    return None


@dataclass
class Visit:
    """A page in a browser of its own, and everything that went wrong on it."""

    page: Page
    site: RunningSite
    complaints: list[str] = field(default_factory=list)
    site_url: str = ""

    def __post_init__(self) -> None:
        self.site_url = self.site_url or self.site.url

    def open(self, path: str) -> Page:
        self.page.goto(self.site_url + path, wait_until="load")
        return self.page

    def sign_up(self, username: str) -> None:
        """By clicking, from the start page."""
        self.open("/")
        self.page.click("#start")
        for name, value in {"username": username, "email": f"{username}@example.org"}.items():
            self.page.fill(f"[name={name}]", value)
        for name in ("password1", "password2"):
            self.page.fill(f"[name={name}]", PASSWORD)
        self.page.click("main form button.primary")
        self.page.wait_for_url("**/swaps/new/**")

    def swap_samples(self, face: str = "obama.jpg", target: str = "biden.jpg") -> None:
        self.open(f"/swaps/new/?face_sample={face}&target_sample={target}")
        self.page.click("#pay")
        self.page.wait_for_selector("#job[data-status=done]")

    def picture(self, name: str) -> None:
        keep_picture(self.page, name)

    def check_accessibility(self, *, only: list[str] | None = None) -> None:
        """Ask axe-core, about everything or some of its rules."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = only
        found = self.page.evaluate("options => axe.run(options).then(answer => answer.violations)", options)
        told = [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']]}" for one in found]
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def look(self, name: str) -> None:
        """Check the open page at all widths, light and dark, without loading it again."""
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme="light")
            self.check_width()
            self.check_accessibility()
            self.picture(f"{name}-light")
            if width != 768:  # whose colours are those of one of the others
                self.page.emulate_media(color_scheme="dark")
                self.check_accessibility(only=OF_COLOURS)
        self.picture(f"{name}-dark")

    def check_width(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"

    # What the browser tells us while the page lives.
    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.site_url, "data:", "blob:")):
            self.complaints.append(f"a request left the site: {request.url}")

    def on_console(self, message: ConsoleMessage) -> None:
        # A form that comes back with errors has status 400, which the browser reports as an error too.
        if message.type == "error" and "status of 400" not in message.text and "status of 404" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, site: RunningSite) -> Iterator[Open]:
    """Open a browser window; at the end nothing may have gone wrong in it."""
    opened: list[Visit] = []

    def start(width: int = 1440, *, scheme: str = "light", script: bool = True, **options: Any) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=script,
            reduced_motion="reduce",  # or axe would measure colours on their way from light to dark
            **options,
        )
        page = context.new_page()
        one = Visit(page, site)
        page.on("request", one.on_request)
        page.on("console", one.on_console)
        page.on("pageerror", lambda error: one.complaints.append(f"{page.url}: {error}"))
        opened.append(one)
        return one

    yield start
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.page.context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def new_name(request: pytest.FixtureRequest) -> str:
    """A user name of this test's own."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[-60:]


@pytest.fixture(scope="session")
def member(browser: Browser, site: RunningSite) -> dict[str, Any]:
    """Someone with a few swaps, for tests that change nothing of theirs: cookies, and the page of a result."""
    context = browser.new_context()
    someone = Visit(context.new_page(), site)
    someone.sign_up("member")
    someone.swap_samples()
    shared: dict[str, Any] = {"storage_state": context.storage_state()}
    job = someone.page.url.removeprefix(site.url)
    context.close()
    return shared | {"job": job}


@pytest.fixture
def newcomer(visit: Open, site: RunningSite, new_name: str) -> Open:
    """Open a window of someone with an account of this test's own, without going through the pages to make one."""

    def start(width: int = 1440, **options: Any) -> Visit:
        session = Visitor(site)
        session.sign_up(new_name)
        person = visit(width, **options)
        person.page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": site.url} for cookie in session.cookies]
        )
        return person

    return start
