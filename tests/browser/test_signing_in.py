"""Ways to sign in besides the password, with a real authenticator's part played by the browser's virtual one."""

import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Open, Visit

pytestmark = [pytest.mark.long, pytest.mark.browser]


@pytest.fixture
def person(visit: Open, new_name: str) -> Iterator[Visit]:
    """Someone who signed up by the name localhost: passkeys know no bare addresses."""
    someone = visit(390)
    someone.site_url = someone.site.url.replace("127.0.0.1", "localhost")
    someone.sign_up(new_name)
    yield someone


def code_of(secret: str) -> str:
    """What an authenticator app shows now for a secret."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def confirm_password(page: Page) -> None:
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")


def sign_out_and_in(person: Visit, name: str) -> None:
    person.page.context.clear_cookies()
    person.open("/accounts/login/")
    person.page.fill("[name=login]", name)
    person.page.fill("[name=password]", PASSWORD)
    person.page.click("main form button.primary")


def test_a_second_factor_is_set_up_and_asked_for(person: Visit, new_name: str) -> None:
    page = person.open("/accounts/2fa/totp/activate/")
    confirm_password(page)
    secret = page.locator("#authenticator_secret").input_value()
    person.look("totp")
    page.fill("[name=code]", code_of(secret))
    page.click("main form button")
    page.wait_for_url(lambda url: not url.endswith("/activate/"))
    person.open("/accounts/2fa/")
    person.look("second-factor-on")
    sign_out_and_in(person, new_name)
    page.wait_for_url("**/2fa/authenticate/**")
    person.check_accessibility()
    page.fill("[name=code]", "000000")
    page.click("main form button.primary")
    expect(page.locator(".errorlist")).to_be_visible()


def test_a_passkey_is_added_and_opens_the_account(person: Visit, new_name: str) -> None:
    page = person.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    person.open("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    page.fill("[name=name]", "This computer")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    person.open("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("This computer")
    person.check_accessibility()
    page.context.clear_cookies()
    person.open("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/swaps/new/")


def test_another_session_is_ended(person: Visit, visit: Open, new_name: str) -> None:
    other = visit()
    other.site_url = person.site_url
    sign_out_and_in(other, new_name)
    other.page.wait_for_url("**/swaps/new/")
    page = person.open("/accounts/sessions/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.click("main form button")
    expect(page.locator("tbody tr")).to_have_count(1)
    other.open("/account/")
    assert "/accounts/login/" in other.page.url
