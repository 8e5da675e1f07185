"""What an administrator sees and decides."""

import pytest
from playwright.sync_api import expect

from .conftest import Open

pytestmark = [pytest.mark.long, pytest.mark.browser]


def test_a_report_is_seen_and_decided(newcomer: Open, new_name: str) -> None:
    person = newcomer()
    person.swap_samples("astronaut.png", "obama2.jpg")  # of its own: what is taken down stays down for everyone
    page = person.page
    page.click(".more > summary")
    page.click("[popovertarget=publish]")
    page.click("#publish button[class~=primary]")
    public = person.site.url + (page.locator(".published a").get_attribute("href") or "")
    page.goto(public)
    page.click("[popovertarget=report]")
    page.select_option("[name=reason]", "harm")
    page.click("#report button.primary")
    make_staff = f"from accounts.models import User; User.objects.filter(username={new_name!r})"
    person.site.manage("shell", "-v", "0", "-c", f"{make_staff}.update(is_staff=True, is_superuser=True)")
    person.open("/admin/dashboard/")
    expect(page.locator(".dashboard-figures")).to_contain_text("0 / 4")
    person.check_accessibility()
    person.picture("dashboard")
    page.click(".dashboard-figures a")
    page.locator("#action-toggle").check()
    page.select_option("[name=action]", "take_down")
    page.click("[name=index]")
    expect(page.locator(".messagelist")).to_be_visible()
    answer = page.goto(public)
    assert answer is not None and answer.status == 404
