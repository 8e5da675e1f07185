"""The recognition pages in a real browser: add, recognise, compare; accessible, and no wider than the screen."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.dialects.conftest import two_people
from tests.drawn import drawn

from .conftest import Open

pytestmark = [pytest.mark.long, pytest.mark.browser]


@pytest.mark.again
def test_a_member_adds_a_person_and_asks(visit: Open, new_name: str) -> None:
    member = visit()
    member.sign_up(new_name)
    page = member.page

    def look(name: str) -> None:
        member.check_accessibility()
        member.check_width()
        member.picture(name)

    member.open("/people/new/")
    page.fill("[name=name]", "Barack Obama")
    page.select_option("[name=basis]", "consent")
    page.set_input_files("[name=photos]", [drawn("obama.jpg"), drawn("obama2.jpg")])
    page.click("main form button.primary")
    page.locator(".known-faces img").nth(1).wait_for()
    look("person")
    member.open("/recognise/")
    page.set_input_files("input[name=photo]", drawn("obama3.jpg"))
    page.get_by_role("button", name="Recognise for").click()
    page.locator(".face-answers").wait_for()
    page.locator("a.face-box").focus()
    expect(page.locator("#face-1.pointed-at")).to_have_count(1)
    page.get_by_label("Show landmarks").check()
    look("recognise")
    member.open("/compare/")
    page.set_input_files("input[name=one]", drawn("obama.jpg"))
    page.set_input_files("input[name=other]", drawn("biden.jpg"))
    page.get_by_role("button", name="Compare for").click()
    page.locator(".scale").wait_for()
    look("compare")

    phone = visit(390, scheme="dark", storage_state=page.context.storage_state())
    for path in ("/people/", "/people/new/", "/recognise/", "/compare/"):
        phone.open(path)
        phone.check_accessibility()
        phone.check_width()


@pytest.mark.parametrize(("width", "script"), [(1440, True), (390, False)])
def test_of_several_faces_one_is_clicked(visit: Open, new_name: str, tmp_path: Path, width: int, script: bool) -> None:
    member = visit(width, script=script)
    member.sign_up(new_name)
    page = member.page
    two_people(tmp_path / "party.jpg")
    member.open("/people/new/")
    page.fill("[name=name]", "Barack Obama")
    page.select_option("[name=basis]", "consent")
    page.set_input_files("[name=photos]", tmp_path / "party.jpg")
    page.click("main form button.primary")
    faces = page.locator(".face-to-choose")
    expect(faces).to_have_count(2)
    if script:
        member.check_accessibility()
    member.check_width()
    faces.nth(1).click()
    expect(faces.nth(1).locator("input")).to_be_checked()
    member.picture("choose")
    page.get_by_role("button", name="Go on").click()
    page.locator(".known-faces img").wait_for()
    member.open("/recognise/")
    page.set_input_files("input[name=photo]", drawn("obama2.jpg"))
    page.get_by_role("button", name="Recognise for").click()
    expect(page.locator(".face-answers h2")).to_have_text("Face 1: Barack Obama")
