"""The gallery and the history: found again, chosen, shown, taken home; with and without a script."""

import zipfile

import pytest
from playwright.sync_api import expect

from .conftest import Open, Visit

pytestmark = pytest.mark.browser

# Run inside the site: rows without files, as many as fill two pages.
FILL = """
from accounts.models import User
from swaps.models import SwapJob
owner = User.objects.get(username="NAME")
real = SwapJob.objects.get(owner=owner)
names = dict(target=real.target.name, result=real.result.name, thumbnail=real.thumbnail.name, width=600, height=400)
SwapJob.objects.bulk_create(
    SwapJob(owner=owner, status="done", stage="done", price=2, title=f"holiday {n}", **names) for n in range(30)
)
"""
# A swap that failed; the studio's button is off where it sees no face, but a photo from the web may still have none.
FAIL = """
from accounts.models import User
from swaps.models import SwapJob
owner = User.objects.get(username="NAME")
SwapJob.objects.create(
    owner=owner, status="failed", price=2, title="a long name of a photo without any face",
    target=SwapJob.objects.get(owner=owner).target.name,
    error_code="no_face", error_details={"photo": "photo to change"},
    error_message="No face was found in the %(photo)s. Use a photo where the face is seen from the front and at least "
    "80 pixels wide.",
)
"""


@pytest.fixture
def collector(newcomer: Open, new_name: str) -> Visit:
    """Someone with 31 results."""
    person = newcomer()
    person.swap_samples()
    person.site.manage("shell", "-v", "0", "-c", FILL.replace("NAME", new_name))
    return person


@pytest.mark.again
def test_results_are_found_chosen_shown_and_taken_home(collector: Visit, visit: Open) -> None:
    page = collector.open("/gallery/")
    expect(page.locator(".photo-rows img")).to_have_count(24)
    page.locator(".photo-rows .more").scroll_into_view_if_needed()
    expect(page.locator(".photo-rows img")).to_have_count(31)  # the second page came by itself

    page.fill("[name=words]", "holiday 7")
    page.keyboard.press("Enter")
    expect(page.locator(".photo-rows img")).to_have_count(3)  # 7, 17 and 27
    for box in page.locator(".pick input").all():
        box.check(force=True)
    collector.check_accessibility()
    collector.picture("gallery-chosen")
    with page.expect_download() as download:
        page.click("button[value=zip]")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 3
    page.click("[popovertarget=publish-chosen]")
    page.click("#publish-chosen button[value=publish]")
    expect(page.locator(".toast")).to_contain_text("3 results are public now.")
    expect(page.locator(".badge.on-photo")).to_have_count(3)

    plain = visit(390, storage_state=page.context.storage_state(), script=False)
    plain.open("/gallery/")
    plain.page.click("a[rel=next]")
    expect(plain.page.locator(".photo-rows img")).to_have_count(7)
    for box in plain.page.locator(".pick input").all():
        box.check()
    plain.picture("gallery-no-script")
    plain.page.click("[popovertarget=delete-chosen]")
    plain.page.click("#delete-chosen button[value=delete]")
    expect(plain.page.locator(".toast")).to_contain_text("7 results deleted")


def test_the_history_is_filtered_and_taken_home(visit: Open, member: dict[str, str]) -> None:
    person = visit(390, storage_state=member["storage_state"], script=False)
    page = person.open("/history/")
    page.click(".filter summary")
    page.select_option("[name=status]", "failed")
    page.click(".filter-fields button")
    expect(page.locator("tbody")).to_contain_text("No swap fits this filter.")
    person.open("/history/?words=biden")
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.click("a[href='/history.csv']")
    assert "biden" in download.value.path().read_text()


@pytest.mark.long
def test_a_failed_swap_is_one_small_card_of_the_history_on_a_phone(newcomer: Open, new_name: str) -> None:
    person = newcomer()
    page = person.page
    person.swap_samples()
    person.site.manage("shell", "-v", "0", "-c", FAIL.replace("NAME", new_name))
    for width, highest in ((390, 220), (1440, 120)):
        page.set_viewport_size({"width": width, "height": 844})
        person.open("/history/")
        for row in page.locator("tbody tr").all():
            box, inside = row.bounding_box(), row.evaluate("row => row.scrollWidth")
            assert box and box["height"] < highest and inside <= width
        note = page.locator("td.history-note").first
        expect(note).to_contain_text("No face was found")
        box = note.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        page.emulate_media(color_scheme="light")
        person.picture("history-failed-light")
        page.emulate_media(color_scheme="dark")
        person.picture("history-failed-dark")
        person.check_accessibility()


def test_a_finger_finds_boxes_to_choose_by_and_nothing_dark_on_the_pictures(
    visit: Open, member: dict[str, str]
) -> None:
    person = visit(390, storage_state=member["storage_state"], has_touch=True, is_mobile=True)
    page = person.open("/gallery/")
    box = page.locator(".pick input").first.bounding_box()
    assert box and box["width"] >= 18 and box["height"] >= 18
    assert page.locator(".quick").first.is_hidden()
    assert page.locator(".pick").first.evaluate("pick => getComputedStyle(pick).backgroundColor") == "rgba(0, 0, 0, 0)"
    person.picture("gallery-touch")


def test_visitors_find_explore_and_prices_on_a_phone(visit: Open) -> None:
    page = visit(390).open("/")
    for link in ("/explore/", "/pricing/"):
        expect(page.locator(f".top-bar a[href='{link}']")).to_be_in_viewport()
