"""The site in its second language."""

import gettext
import re
from pathlib import Path

from django.test import Client

from accounts.models import User

CATALOGUE = Path(__file__).resolve().parents[2] / "faceswap_site" / "locale" / "zh_Hans" / "LC_MESSAGES"


def catalogue() -> gettext.GNUTranslations:
    with (CATALOGUE / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_a_browser_that_asks_for_chinese_gets_it(client: Client, db: None) -> None:
    text = client.get("/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert '<html lang="zh-hans">' in text
    assert "把一张脸换到另一张照片上" in text


def test_the_language_is_switched_and_kept(alice_client: Client, alice: User) -> None:
    alice_client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/swaps/new/"})
    text = alice_client.get("/swaps/new/").content.decode()
    assert "换脸，2 点" in text
    assert "你有 100 点。" in text


def test_every_entry_is_translated_and_compiled() -> None:
    source = (CATALOGUE / "django.po").read_text()
    assert not re.search(r'^msgstr(\[0\])? ""\n\n', source, re.MULTILINE)
    compiled = catalogue()
    simple = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(simple) > 300
    for msgid, msgstr in simple:
        unescaped = [text.replace('\\"', '"').replace("\\n", "\n") for text in (msgid, msgstr)]
        assert compiled.gettext(unescaped[0]) == unescaped[1]


def test_placeholders_survive_translation() -> None:
    names = re.compile(r"%\((\w+)\)|\{(\w+)\}")
    entries = re.findall(
        r'^msgid "(.*)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(.*)"$',
        (CATALOGUE / "django.po").read_text(),
        re.MULTILINE,
    )
    for msgid, msgstr in entries:
        if msgid:
            assert set(names.findall(msgid)) <= set(names.findall(msgstr)), msgid
