"""Keys: made, shown once, used, limited and revoked."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.keys import (
    MARK,
    MOST_KEYS,
    PREFIX_LENGTH,
    RANDOM_LENGTH,
    KeyRefused,
    _checksum,
    find_api_key,
    issue_api_key,
    revoke_api_key,
)
from accounts.models import ApiKey, RateWindow, User

from .conftest import ApiClient, problem

pytestmark = pytest.mark.django_db
ACCOUNT = "/api/v1/account"


def test_a_key_has_a_mark_randomness_and_a_checksum(alice: User) -> None:
    row, text = issue_api_key(owner=alice, name="program")
    assert text.startswith("fs_live_") and len(text) == 44 and text[8:].isalnum()
    assert find_api_key(text) == row
    assert text not in str(row.__dict__)


def test_other_texts_are_not_ours_and_mistyped_ones_are_refused_without_a_query(
    alice: User, django_assert_num_queries: object
) -> None:
    assert find_api_key("ghp_whatever") is None
    _row, text = issue_api_key(owner=alice, name="program")
    for wrong in (text[:-1], text + "a", text[:20] + ("a" if text[20] != "a" else "b") + text[21:], "fs_live_"):
        with django_assert_num_queries(0), pytest.raises(KeyRefused):  # type: ignore[operator]
            find_api_key(wrong)


def test_the_right_beginning_and_a_right_checksum_do_not_open_a_key(alice: User) -> None:
    _row, text = issue_api_key(owner=alice, name="program")
    random = text[len(MARK) : PREFIX_LENGTH] + "0" * (RANDOM_LENGTH - PREFIX_LENGTH + len(MARK))
    with pytest.raises(KeyRefused, match="no such key"):
        find_api_key(f"{MARK}{random}{_checksum(random)}")


@pytest.mark.parametrize("keyword", ["Bearer", "bearer", "Token", "TOKEN"])
def test_a_key_opens_the_api(alice: User, keyword: str) -> None:
    _row, text = issue_api_key(owner=alice, name="program")
    answer = Client().get(ACCOUNT, headers={"Authorization": f"{keyword} {text}"})
    assert answer.status_code == 200
    assert answer.json()["balance"] == 100
    assert ApiKey.objects.get().last_used is not None


def test_a_key_may_come_in_a_header_of_its_own(alice: User) -> None:
    _row, text = issue_api_key(owner=alice, name="program")
    assert Client().get(ACCOUNT, headers={"X-API-Key": text}).status_code == 200
    assert Client().post("/face_rec", headers={"X-API-Key": text}).status_code == 400
    other = {"Authorization": "Basic YTpi", "x-api-key": f" {text} "}
    assert Client().get(ACCOUNT, headers=other).status_code == 200
    assert problem(Client().get(ACCOUNT, headers={"X-API-Key": text[:-1]})) == (401, "invalid_key")
    two = {"Authorization": f"Bearer {text[:-1]}", "X-API-Key": text}
    assert problem(Client().get(ACCOUNT, headers=two)) == (401, "invalid_key")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer fs_live_" + "a" * 36])
def test_without_a_valid_key_nothing_is_told(alice: User, header: str) -> None:
    answer = Client().get(ACCOUNT, headers={"Authorization": header})
    assert problem(answer) in [(401, "no_key"), (401, "invalid_key")]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_of_another_site_is_called_that(db: None) -> None:
    answer = ApiClient("sk-something-else").post("/api/aifaceswap/v1/extract_face", {})
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert "no key of this site" in answer.json()["message"]
    assert problem(ApiClient("sk-something-else").get(ACCOUNT)) == (401, "invalid_key")


def test_a_revoked_or_expired_key_opens_nothing_from_then_on(alice: User) -> None:
    row, text = issue_api_key(owner=alice, name="program")
    old, old_text = issue_api_key(owner=alice, name="old", expires=timezone.now() - timedelta(seconds=1))
    api = ApiClient(text)
    assert api.get(ACCOUNT).status_code == 200
    assert revoke_api_key(row) and not revoke_api_key(row)
    assert problem(api.get(ACCOUNT)) == (401, "invalid_key")
    assert problem(ApiClient(old_text).get(ACCOUNT)) == (401, "invalid_key")
    assert not old.is_usable


def test_a_key_does_only_what_its_scopes_say(alice: User) -> None:
    reader = ApiClient(issue_api_key(owner=alice, name="reader", scopes=["read"])[1])
    assert reader.get(ACCOUNT).status_code == 200
    assert problem(reader.post("/api/v1/swaps", {})) == (403, "scope_missing")


def test_a_key_may_make_so_many_requests_a_minute(api: ApiClient, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"key": (2, 60)}
    first = api.get(ACCOUNT)
    assert first.headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"key";r=1;t=')
    api.get(ACCOUNT)
    refused = api.get(ACCOUNT)
    assert problem(refused) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    RateWindow.objects.update(ends=0)  # a minute later
    assert api.get(ACCOUNT).status_code == 200


def headers_of(key: str, times: int) -> list[tuple[int, str]]:
    answers = [ApiClient(key).get(ACCOUNT) for _ in range(times)]
    return [(answer.status_code, answer.headers["RateLimit"].split(";t=")[0]) for answer in answers]


def test_more_keys_are_no_more_requests(alice: User, bob: User, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"key": (3, 60), "account": (5, 60)}
    one, two, three = (issue_api_key(owner=alice, name="program")[1] for _ in range(3))
    # A key that is refused leaves its account's other keys what is theirs.
    assert headers_of(one, 5) == [(200, f'"key";r={left}') for left in (2, 1, 0)] + [(429, '"key";r=0')] * 2
    assert headers_of(two, 3) == [(200, '"account";r=1'), (200, '"account";r=0'), (429, '"account";r=0')]
    assert headers_of(three, 1) == [(429, '"account";r=0')]
    assert headers_of(issue_api_key(owner=bob, name="program")[1], 1) == [(200, '"key";r=2')]


def test_an_account_has_so_many_keys_that_work(alice: User, alice_client: Client) -> None:
    first = issue_api_key(owner=alice, name="first")[0]
    issue_api_key(owner=alice, name="old", expires=timezone.now() - timedelta(seconds=1))
    for _ in range(MOST_KEYS - 1):
        issue_api_key(owner=alice, name="program")
    words = "An account has at most 20 keys. Revoke one that is no longer used"
    with pytest.raises(CommandError, match=words):
        call_command("issue_key", "alice", "--name", "script", stdout=StringIO())
    form = {"name": "My script", "scopes": ["read"], "days": "0"}
    for address in ("/account/keys/", "/developers/"):
        refused = alice_client.post(address, form)
        assert refused.status_code == 400
        assert words in refused.content.decode()
    revoke_api_key(first)
    assert issue_api_key(owner=alice, name="program")


def test_the_command_prints_a_key_and_nothing_else(alice: User) -> None:
    out = StringIO()
    call_command("issue_key", "alice", "--name", "script", stdout=out)
    assert ApiClient(out.getvalue().strip()).get(ACCOUNT).status_code == 200


def test_the_page_shows_a_new_key_once_and_revokes_it(alice_client: Client, bob_client: Client) -> None:
    form = {"name": "My script", "scopes": ["read", "swap"], "days": "30"}
    made = alice_client.post("/account/keys/", form)
    assert made.headers["Cache-Control"] == "no-store"
    text = made.content.decode().split('data-new-key="')[1].split('"')[0]
    assert ApiClient(text).get(ACCOUNT).status_code == 200
    again = alice_client.get("/account/keys/").content.decode()
    assert text not in again and "My script" in again
    key = ApiKey.objects.get()
    assert bob_client.post(f"/account/keys/{key.pk}/revoke").status_code == 404
    assert alice_client.post(f"/account/keys/{key.pk}/revoke").status_code == 302
    assert ApiClient(text).get(ACCOUNT).status_code == 401


def test_the_page_is_for_people_who_are_signed_in(client: Client, db: None) -> None:
    assert client.get("/account/keys/").status_code == 302
