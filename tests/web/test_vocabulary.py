"""One vocabulary on every page, those of packages included: the same thing has the same name wherever it is met."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import html5lib
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.templatetags.browsers import browser_in_words

from .catalogue import entries, marked_strings
from .conftest import make_job
from .pages import GUARDED, PERSONAL, PUBLIC
from .test_languages import words_of

# What is said instead: e-mail address; sign in, out and up; passkey; two-factor sign-in; user name; e-mail.
BANNED = re.compile(
    r"\bemails?\b|\blog(ged)?[ -]?(in|out)\b|security key|authentication|authenticate|\bprimary\b|\bsign-?up\b(?! )"
    r"|\busername|\bletter goes|write to me|this letter|mozilla/|\bfinali[sz]e\b",
    re.IGNORECASE,
)
WORDING = Path(settings.BASE_DIR) / "faceswap_site" / "wording"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


def banned_on(text: str) -> list[str]:
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [words.strip() for words in words_of(tree) if BANNED.search(words) and "@" not in words]


@pytest.fixture
def settled(client: Client, alice: User) -> Client:
    """Alice, who gave her password a moment ago, with a passkey and an address."""
    client.post("/accounts/login/", {"login": "alice", "password": "alice-password"}, headers={"User-Agent": CHROME})
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=False)
    Authenticator.objects.create(
        user=alice, type="webauthn", data={"name": "Phone", "credential": {"clientExtensionResults": {}}}
    )
    return client


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/api/docs"])
def test_public_pages_use_our_words(client: Client, db: None, path: str) -> None:
    assert not banned_on(client.get(path).content.decode())


@pytest.mark.parametrize("path", [*PERSONAL, *GUARDED[:1]])
def test_personal_pages_use_our_words(alice_client: Client, path: str) -> None:
    assert not banned_on(alice_client.get(path, follow=True).content.decode())


@pytest.mark.parametrize("status", ["queued", "done", "failed"])
def test_pages_of_a_job_use_our_words(alice_client: Client, alice: User, status: str) -> None:
    assert not banned_on(alice_client.get(make_job(alice, status).get_absolute_url()).content.decode())


def test_refusals_use_our_words(client: Client, alice: User) -> None:
    for path, form in (
        ("/accounts/login/", {"login": "nobody@example.org", "password": "x"}),
        ("/accounts/signup/", {"username": "alice", "email": "nonsense", "password1": "a", "password2": "b"}),
        ("/accounts/password/reset/", {"email": "nonsense"}),
    ):
        text = client.post(path, form).content.decode()
        assert "errorlist" in text or "notice error" in text
        assert not banned_on(text), path


def test_the_only_address_is_not_offered_to_be_made_the_main_one(settled: Client, alice: User) -> None:
    text = settled.get("/accounts/email/").content.decode()
    assert "action_primary" not in text and "action_remove" not in text and "action_send" in text
    EmailAddress.objects.create(user=alice, email="other@example.org", verified=True)
    text = settled.get("/accounts/email/").content.decode()
    assert "action_primary" in text and "action_remove" in text
    assert not banned_on(text)
    settled.post("/accounts/email/", {"email": "other@example.org", "action_primary": ""})
    assert EmailAddress.objects.get(primary=True).email == "other@example.org"


def test_a_single_address_is_confirmed_again_by_its_button(settled: Client, mailoutbox: list[object]) -> None:
    settled.post("/accounts/email/", {"email": "alice@example.org", "action_send": ""})
    assert len(mailoutbox) == 1


def test_sessions_name_browser_and_system(settled: Client) -> None:
    text = settled.get("/accounts/sessions/").content.decode()
    assert "Chrome on Windows" in text and "Mozilla" not in text
    assert not banned_on(text)


def test_passkeys_are_called_so_everywhere(settled: Client) -> None:
    text = "".join(settled.get(path).content.decode() for path in ("/accounts/2fa/", "/accounts/2fa/webauthn/"))
    assert "You have 1 passkey." in text and "Phone" in text and "not used yet" in text
    assert not banned_on(text.replace("</html>", ""))


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "A program: curl"),
        ("", "An unknown program"),
    ],
)
def test_browsers_are_told_in_words(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words


def test_rules_of_passwords_are_one_sentence_and_no_placeholder_repeats_its_label(client: Client, db: None) -> None:
    text = client.get("/accounts/signup/").content.decode()
    assert "At least 8 characters." in text and "<li>" not in text.partition("<main")[2].partition("</main>")[0]
    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"):
        tree = html5lib.parse(client.get(path).content.decode(), namespaceHTMLElements=False)
        labels = {"".join(label.itertext()).strip().casefold() for label in tree.iter("label")}
        repeated = [e.get("placeholder") for e in tree.iter("input") if e.get("placeholder", "").casefold() in labels]
        assert not repeated, path


def of_packages() -> Iterator[str]:
    """What allauth and Django say."""
    folders = (Path(allauth.__file__).parent, Path(django.__file__).parent)
    for folder in folders:
        for path in folder.rglob("locale/zh_Hans/LC_MESSAGES/django.po"):
            yield from (entry.msgid for entry in entries(path))


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_other_words_are_given_to_packages_alone(language: str) -> None:
    """An entry that no package says any more is dead, and one of our own would change it behind its writer's back."""
    po = WORDING / language / "LC_MESSAGES" / "django.po"
    reworded = entries(po)
    assert {entry.msgid for entry in reworded} <= set(of_packages())
    assert not {entry.msgid for entry in reworded} & marked_strings()
    with po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in reworded:
        if not entry.msgid_plural and not entry.msgctxt:
            assert compiled.gettext(entry.msgid) == entry.msgstr
    if language == "en":
        said = [re.sub(r"%\(\w+\)s", "", entry.msgstr) for entry in reworded]
        assert not [words for words in said if BANNED.search(words)]
