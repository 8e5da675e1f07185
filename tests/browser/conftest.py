"""A headless Chromium on a running site. Where there is no Chromium these tests are skipped; in CI they fail."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

from tests.running_site import RunningSite

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
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield running
    running.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path_factory.mktemp("browser-site"))
    running.manage("make_showcase")
    running.start("web", "worker")
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

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path, wait_until="load")
        return self.page

    def sign_up(self, username: str) -> None:
        """By clicking, from the start page."""
        self.open("/")
        self.page.click("#start")
        password = "correct-horse-battery-staple"
        for name, value in {"username": username, "email": f"{username}@example.org"}.items():
            self.page.fill(f"[name={name}]", value)
        for name in ("password1", "password2"):
            self.page.fill(f"[name={name}]", password)
        self.page.click("main form button.primary")
        self.page.wait_for_url("**/swaps/new/**")

    def picture(self, name: str) -> None:
        OUTPUT.mkdir(exist_ok=True)
        size = self.page.viewport_size or {"width": 0}
        self.page.screenshot(path=OUTPUT / f"{name}-{size['width']}.png", full_page=True)

    def check_accessibility(self) -> None:
        results = Axe().run(self.page)
        assert results.violations_count == 0, f"{self.page.url}\n{results.generate_report()}"

    def check_width(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"

    # What the browser tells us while the page lives.
    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
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
            **options,
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
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
