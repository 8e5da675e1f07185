"""All pages at three widths, light and dark: accessible, no wider than the screen, light of weight."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import WIDTHS, Open, Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PUBLIC = ("/", "/explore/", "/pricing/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/nothing-here/")
PERSONAL = (
    *("/swaps/new/", "/gallery/", "/history/", "/account/", "/account/points/", "/account/delete/"),
    *("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"),
)
HEAVIEST = 150_000  # bytes, photos aside


def look(person: Visit, path: str, name: str) -> None:
    person.open(path)
    person.check_accessibility()
    person.check_width()
    person.picture(name)


def file_name(path: str, scheme: str) -> str:
    return f"{path.strip('/').replace('/', '-') or 'home'}-{scheme}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages(visit: Open, width: int, scheme: str) -> None:
    person = visit(width, scheme=scheme)
    for path in PUBLIC:
        look(person, path, file_name(path, scheme))


@pytest.fixture
def member(visit: Open, new_name: str) -> Iterator[dict[str, object]]:
    """The cookies of someone who has one result and one failure."""
    person = visit()
    person.sign_up(new_name)
    person.open("/swaps/new/?face_sample=obama.jpg&target_sample=biden.jpg")
    person.page.click("#pay")
    person.page.wait_for_selector("#job[data-status=done]")
    yield {"storage_state": person.page.context.storage_state(), "job": person.page.url}


def test_personal_pages(visit: Open, member: dict[str, object]) -> None:
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            person = visit(width, scheme=scheme, storage_state=member["storage_state"])
            for path in PERSONAL:
                look(person, path, file_name(path, scheme))
            look(person, str(member["job"]).removeprefix(person.site.url), f"job-{scheme}")


def test_pages_are_light(visit: Open) -> None:
    person = visit()
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if not response.headers.get("content-type", "").startswith("image/jpeg"):
            sizes[response.url] = len(response.body())

    person.page.on("response", weigh)
    person.open("/")
    assert sum(sizes.values()) < HEAVIEST, sizes


def test_the_menu_and_the_dark_switch_work_by_keyboard(visit: Open) -> None:
    page = visit().open("/")
    switch = page.locator("[data-theme-switch]").first
    switch.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_skip_link_comes_first(visit: Open) -> None:
    page = visit().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
