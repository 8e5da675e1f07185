"""Dialogs lie in the middle of the window, on whatever page and wherever they stand in it, and can be closed."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import WIDTHS, Open, Visit

pytestmark = [pytest.mark.long, pytest.mark.browser]


def check_dialogs(person: Visit, path: str, expected: set[str]) -> None:
    """Open every dialog of a page at a phone's and a desk's width and measure where it lies."""
    page = person.open(path)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        found = page.locator(".dialog[popover]").evaluate_all("dialogs => dialogs.map((dialog) => dialog.id)")
        assert expected <= set(found), found
        for name in expected:
            check_place(page, name)
            person.picture(f"dialog-{name}")
            page.locator(f"#{name} button[popovertargetaction=hide]").first.click()
            assert page.locator(f"#{name}").is_hidden()


def check_place(page: Page, name: str) -> None:
    page.locator(f"#{name}").evaluate("dialog => dialog.showPopover()")
    box = page.locator(f"#{name}").bounding_box()
    window = page.viewport_size
    assert box and window
    beside = box["x"], page.evaluate("document.documentElement.clientWidth") - box["x"] - box["width"]
    above = box["y"], window["height"] - box["y"] - box["height"]
    assert min(*beside, *above) >= 0, (name, beside, above)
    assert abs(beside[0] - beside[1]) <= 16, (name, beside)  # a scrollbar's width
    assert abs(above[0] - above[1]) <= 2, (name, above)


def test_dialogs_of_a_result(visit: Open, member: dict[str, Any]) -> None:
    person = visit(storage_state=member["storage_state"])
    check_dialogs(person, member["job"], {"share", "publish", "delete-swap"})


def test_dialogs_of_the_gallery(visit: Open, member: dict[str, Any]) -> None:
    person = visit(storage_state=member["storage_state"])
    person.open("/gallery/")
    person.page.locator(".pick input").first.check(force=True)
    # The bar that holds them is there once something is chosen.
    for name in ("publish-chosen", "delete-chosen"):
        check_place(person.page, name)
        person.page.keyboard.press("Escape")


def test_dialogs_of_the_account(visit: Open, member: dict[str, Any]) -> None:
    check_dialogs(visit(storage_state=member["storage_state"]), "/account/webhooks/", {"rotate"})


def test_the_rows_of_the_account_menu_are_all_of_one_height(visit: Open, member: dict[str, Any]) -> None:
    for width in (390, 1440):
        person = visit(width, storage_state=member["storage_state"])
        page = person.open("/gallery/")
        page.click("[popovertarget=account-menu]")
        heights = page.locator("#account-menu :is(a, button)").evaluate_all("rows => rows.map((r) => r.offsetHeight)")
        assert len(heights) > 6 and len(set(heights)) == 1, heights
        assert page.locator("#account-menu a[href='/explore/']").is_visible()
        person.picture("menu")
