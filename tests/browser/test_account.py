"""A person's own account, without a script where nothing needs one."""

import zipfile

import pytest
from playwright.sync_api import expect

from .conftest import PASSWORD, Open

pytestmark = pytest.mark.browser


def test_everything_is_chosen_copied_and_deleted(visit: Open, new_name: str) -> None:
    person = visit(390, script=False)
    person.sign_up(new_name)
    page = person.open("/account/")
    page.select_option("[name=retention_days]", "7")
    page.check("[name=letters]")
    page.click("text=Save")
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.locator("[name=retention_days]")).to_have_value("7")
    with page.expect_download() as download:
        page.click("#export")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {"account.json", "points.csv", "swaps.json", "people.json"} <= set(archive.namelist())
    page.click("#delete-account")
    page.fill("[name=password]", "not my password")
    page.click("main form button.danger")
    expect(page.locator(".errorlist")).to_contain_text("Nothing was deleted.")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.danger")
    expect(page.locator(".toast")).to_contain_text("Your account is deleted")


def test_a_key_is_made_shown_once_and_revoked(newcomer: Open) -> None:
    person = newcomer(390)
    page = person.open("/account/keys/")
    page.fill("[name=name]", "Photo booth")
    page.click("text=Make the key")
    text = page.locator("[data-new-key]").input_value()
    answer = page.request.get(f"{person.site.url}/api/v1/points", headers={"Authorization": f"Bearer {text}"})
    assert answer.status == 200
    person.open("/account/keys/")
    assert text not in page.content()
    words = page.locator("svg[role=img]").first.get_attribute("aria-label") or ""
    assert words.startswith("All keys together: 1 request; the most, 1, on ")
    person.look("keys-used")
    page.click("[popovertarget^=revoke]")
    page.click(".dialog:popover-open button.danger")
    expect(page.locator(".badge.danger")).to_have_text("revoked")
    answer = page.request.get(f"{person.site.url}/api/v1/points", headers={"Authorization": f"Bearer {text}"})
    assert answer.status == 401


@pytest.mark.long
def test_a_key_fills_the_examples(newcomer: Open) -> None:
    page = newcomer(script=False).open("/developers/")
    page.click("text=Make a key and fill it in")
    expect(page.locator("pre").first).to_contain_text("fs_live_")


@pytest.mark.long
def test_a_new_secret_signs_callbacks(newcomer: Open) -> None:
    page = newcomer(script=False).open("/account/webhooks/")
    first = page.locator("copy-field input").first.input_value()
    page.click("[popovertarget=rotate]")
    page.click("#rotate button.primary")
    expect(page.locator("copy-field input")).to_have_count(2)
    expect(page.locator("copy-field input").nth(1)).to_have_value(first)
