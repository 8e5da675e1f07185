"""An administrator adds a person, recognises them on another photo and deletes them; then nothing is left."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drawn import drawn
from tests.running_site import FAKE, RunningSite

PASSWORD = "a-long-password-for-tests"

pytestmark = [pytest.mark.again, pytest.mark.long, pytest.mark.browser, pytest.mark.xdist_group("registry")]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path, DJANGO_SUPERUSER_PASSWORD=PASSWORD, **FAKE)
    running.manage("createsuperuser", "--noinput", "--username", "root", "--email", "root@example.org")
    running.manage("grant_points", "root", "10", "--reason", "tests")
    running.start("web")
    yield running
    running.stop()


@pytest.fixture
def page(site: RunningSite, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url)
    opened = context.new_page()
    yield opened
    context.close()


def everything_stored(site: RunningSite) -> str:
    """The whole database as text."""
    if site.database is not None:
        tables = site.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        return "\n".join(str(row) for (table,) in tables for row in site.query(f'SELECT t::text FROM "{table}" t'))
    with sqlite3.connect(site.data_dir / "site.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    return dump


def database_file(site: RunningSite) -> bytes:
    """The database as it lies on the disk, free places included; PostgreSQL empties those in its time."""
    if site.database is not None:
        return everything_stored(site).encode()
    with sqlite3.connect(site.data_dir / "site.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return (site.data_dir / "site.sqlite3").read_bytes()


def registry_files(site: RunningSite) -> list[Path]:
    folder = site.data_dir / "media" / "recognition"
    return list(folder.rglob("*")) if folder.exists() else []


def recognise(page: Page, name: str) -> str:
    page.goto("/recognise/")
    page.set_input_files("input[name=photo]", drawn(name))
    page.get_by_role("button", name="Recognise for").click()
    page.locator(".face-answers").wait_for()
    return page.locator(".face-answers").inner_text()


def test_a_person_comes_is_recognised_and_goes_without_a_trace(page: Page, site: RunningSite) -> None:
    page.goto("/admin/")
    page.fill("input[name=login]", "root")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")

    page.goto("/admin/recognition/person/add/")
    page.fill("input[name=name]", "Zebulon Testperson")
    page.select_option("select[name=basis]", "consent")
    page.set_input_files("input[name=photos]", [drawn(f"{name}.jpg") for name in ("obama", "obama2", "obama3")])
    page.get_by_role("button", name="Add").click()
    pictures = page.locator("#faces-group img")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert len([path for path in registry_files(site) if path.is_file()]) == 3
    assert "Zebulon" in everything_stored(site) and b"Zebulon" in database_file(site)
    change_page = page.url

    assert "Zebulon Testperson" in recognise(page, "obama_partial_face.jpg")
    box = page.locator("a.face-box")
    box.focus()
    expect(box).to_have_attribute("aria-label", "Face 1: Zebulon Testperson")
    expect(page.locator(".landmarks")).to_be_hidden()
    page.get_by_label("Show landmarks").check()
    expect(page.locator(".landmarks")).to_be_visible()

    page.goto(change_page)
    page.get_by_role("link", name="Delete").last.click()
    page.locator("input[type=submit]").click()
    page.get_by_text("was deleted successfully").wait_for()

    assert registry_files(site) == [] and not list((site.data_dir / "index").rglob("*"))
    left = everything_stored(site)
    assert "Zebulon" not in left and b"Zebulon" not in database_file(site)
    assert not any(site.query(f"SELECT 1 FROM {table}") for table in ("recognition_person", "recognition_knownface"))
    answer = recognise(page, "obama_partial_face.jpg")
    assert "nobody you know" in answer and "Zebulon" not in answer
