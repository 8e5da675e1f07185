"""The site in its second language, complete: nothing that is marked lacks its translation, no page shows English."""

import gettext
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from faceswap_site.lib.error_messages import spoken, spoken_remark
from recognition.engine import NoFaceFound
from swaps.models import SwapJob
from swaps.results import publishing

from .catalogue import PO, entries, marked_strings
from .conftest import make_job
from .pages import PERSONAL, PUBLIC

IN_CHINESE = {"Accept-Language": "zh-CN"}
HOW = (
    "manage.py makemessages -l zh_Hans --no-location --no-obsolete; translate what is empty or fuzzy in django.po; "
    "manage.py compilemessages -l zh_Hans"
)
# Three words in a row, of which a sentence consists and a name does not.
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
NOT_READ = {"script", "style", "code", "pre", "noscript"}
# What pages say in English on purpose: examples for programs, and who made them.
ENGLISH_PAGES = {"/api/docs"}


def test_a_browser_that_asks_for_chinese_gets_it(client: Client, db: None) -> None:
    text = client.get("/", headers=IN_CHINESE).content.decode()
    assert '<html lang="zh-hans">' in text
    assert "换一张脸。同一张照片。你的服务器。" in text


def test_the_language_is_switched_and_kept(alice_client: Client, alice: User) -> None:
    alice_client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/swaps/new/"})
    text = alice_client.get("/swaps/new/").content.decode()
    assert "换脸，2 点" in text
    assert "你有 100 点。" in text


def test_every_marked_string_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in entries()}
    assert len(known) > 600
    assert not marked_strings() - known, HOW


def test_every_entry_is_translated_and_sure() -> None:
    assert not [entry.msgid for entry in entries() if entry.fuzzy or not entry.msgstr], HOW


def test_what_is_compiled_is_what_is_written() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in entries():
        if entry.msgid_plural:
            assert compiled.ngettext(entry.msgid, entry.msgid_plural, 2) == entry.msgstr, HOW
        else:
            assert compiled.gettext(entry.msgid) == entry.msgstr, HOW


def test_placeholders_survive_translation() -> None:
    names = re.compile(r"%\((\w+)\)|\{(\w+)\}|(%d|%s)")
    for entry in entries():
        assert set(names.findall(entry.msgid)) <= set(names.findall(entry.msgstr)), entry.msgid


def words_of(element: Element) -> Iterator[str]:
    """What is read of a page: text, and attributes that are shown or spoken."""
    if element.tag in NOT_READ:
        return
    yield from (element.attrib.get(name, "") for name in ("aria-label", "alt", "title", "placeholder"))
    yield from (value for name, value in element.attrib.items() if name.startswith("data-"))
    yield element.text or ""
    for child in element:
        yield from words_of(child)
        yield child.tail or ""


def english_on(text: str) -> list[str]:
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [words.strip() for words in words_of(tree) if SENTENCE.search(words)]


@pytest.mark.parametrize("path", [path for path in (*PUBLIC, *PERSONAL) if path not in ENGLISH_PAGES])
def test_no_page_is_left_in_english(alice_client: Client, path: str) -> None:
    who = alice_client if path in PERSONAL else Client()
    assert not english_on(who.get(path, headers=IN_CHINESE).content.decode())


@pytest.mark.parametrize("status", ["queued", "done", "failed", "cancelled"])
def test_no_page_of_a_job_is_left_in_english(alice_client: Client, alice: User, status: str) -> None:
    job = make_job(alice, status, error="没有找到脸。")
    SwapJob.objects.filter(pk=job.pk, status="cancelled").update(error_message="已取消。")
    if status == "done":
        publishing.publish(job)
        assert not english_on(alice_client.get(f"/explore/{job.pk}/", headers=IN_CHINESE).content.decode())
    assert not english_on(alice_client.get(job.get_absolute_url(), headers=IN_CHINESE).content.decode())


def test_refusals_are_in_chinese(alice_client: Client) -> None:
    answer = alice_client.post("/swaps/new/", {"face_url": "nonsense", "use_1": "other"}, headers=IN_CHINESE)
    assert not english_on(answer.content.decode())
    answer = alice_client.post("/account/delete/", {"password": "wrong"}, headers=IN_CHINESE)
    assert not english_on(answer.content.decode())


@pytest.mark.parametrize("password", ["a", "1234567", "12345678", "password", "caroline1"])
def test_refused_passwords_are_told_in_chinese(client: Client, db: None, password: str) -> None:
    form = {"username": "caroline", "email": "caroline@example.org", "password1": password, "password2": password}
    text = client.post("/accounts/signup/", form, headers=IN_CHINESE).content.decode()
    assert "密码" in text and "errorlist" in text and not english_on(text)
    assert not User.objects.filter(username="caroline").exists()


def test_the_engine_is_translated_where_it_is_read() -> None:
    error = NoFaceFound(photo="face photo")
    assert spoken(error) == str(error)
    with translation.override("zh-hans"):
        assert "人脸照片" in spoken(error)
        assert spoken_remark("the face is small (18 pixels between the eyes, better 40)").startswith("脸太小")
        assert spoken_remark("the face is dark") == "脸部太暗"
