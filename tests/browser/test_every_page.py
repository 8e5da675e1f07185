"""All pages at three widths, light and dark: accessible, no wider than the screen, light, with no complaint."""

from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.web.pages import OWN, PUBLIC, SIGN_IN

from .conftest import Open, Visit

pytestmark = pytest.mark.browser

HEAVIEST = 200_000  # bytes, photos aside; 50 000 of them are letters, which a browser fetches once
# Every operation with its examples is on one page.
REFERENCE = "/api/docs"
HEAVY = {REFERENCE: 350_000}
SIGN_IN_PAGES = tuple(path for path in SIGN_IN if path != "/accounts/logout/")


def file_name(path: str) -> str:
    return path.strip("/").replace("/", "-") or "home"


class Scales:
    """Weighs what a page loads, photos aside, as it comes over the line; a page's own cache is empty."""

    def __init__(self, person: Visit) -> None:
        self.bytes: dict[str, int] = {}
        person.page.on("response", self.weigh)

    def weigh(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if response.status == 200 and not kind.startswith(("image/jpeg", "image/png")):
            length = response.headers.get("content-length")
            self.bytes[response.url] = int(length) if length else len(response.body())


def look_at(person: Visit, path: str) -> None:
    scales = Scales(person)
    person.open(path)
    assert sum(scales.bytes.values()) < HEAVY.get(path, HEAVIEST), (path, scales.bytes)
    person.look(file_name(path))
    person.page.remove_listener("response", scales.weigh)


@pytest.mark.long
@pytest.mark.parametrize("path", [*PUBLIC, "/nothing-here/"])
def test_public_pages(visit: Open, path: str) -> None:
    look_at(visit(), path)


@pytest.mark.long
@pytest.mark.parametrize("path", [*OWN, *SIGN_IN_PAGES])
def test_personal_pages(visit: Open, member: dict[str, Any], path: str) -> None:
    look_at(visit(storage_state=member["storage_state"]), path)


def test_the_page_of_a_result(visit: Open, member: dict[str, Any]) -> None:
    look_at(visit(storage_state=member["storage_state"]), member["job"])


@pytest.mark.long
def test_the_reference_of_the_api_can_be_read_with_all_of_it_open(visit: Open) -> None:
    person = visit()
    person.open(REFERENCE)
    expect(person.page.locator("main h3").first).to_have_text("Swap faces")
    person.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    person.look("api-docs-open")


def test_the_menu_and_the_dark_switch_work_by_keyboard(visit: Open) -> None:
    page = visit().open("/")
    switch = page.locator("[data-theme-switch]").first
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_skip_link_comes_first(visit: Open) -> None:
    page = visit().open("/")
    page.keyboard.press("Tab")
    expect(page.locator("a[href='#content']")).to_be_focused()


def test_nothing_moves_while_a_page_loads(visit: Open, member: dict[str, Any]) -> None:
    person = visit(390, storage_state=member["storage_state"])
    person.page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => {"
        "for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;"
        "}).observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("/", "/swaps/new/", "/gallery/", "/account/keys/", member["job"]):
        person.open(path)
        person.page.wait_for_load_state("networkidle")
        assert person.page.evaluate("window.moved") < 0.02, path
