"""Scripts on pages of other sites: the operator names which, they reach the APIs alone, and no cookie helps them."""

import re
from typing import Any

import pytest
from corsheaders.conf import conf
from django.test import Client

from accounts.keys import issue_api_key
from accounts.models import User
from tests.web.pages import PERSONAL, PUBLIC

from .test_document import api_addresses

pytestmark = pytest.mark.django_db
APP, OTHER = "https://app.example.org", "https://other.example.org"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key, content-type"}
ADDRESSES = sorted("/" + re.sub(r"<\w+:\w+>", "x", address) for address in api_addresses())


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]


@pytest.mark.parametrize("path", [*ADDRESSES, "/api/openapi.json"])
def test_a_named_page_may_ask_before_it_calls_any_api(path: str) -> None:
    answer = Client().options(path, headers={"Origin": APP} | PREFLIGHT)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, APP)
    assert "x-api-key" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    answer = Client().options(path, headers={"Origin": OTHER} | PREFLIGHT)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", [*PUBLIC, *PERSONAL])
def test_no_page_for_people_is_opened(alice_client: Client, path: str) -> None:
    answer = alice_client.get(path, headers={"Origin": APP})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_what_the_live_page_asks_is_not_opened(settings: Any) -> None:
    for path in ("/upload_source", "/status", "/socket.io/", "/admin/", "/metrics"):
        assert not re.match(settings.CORS_URLS_REGEX, path)


def test_a_call_and_its_refusal_can_be_read(alice: User) -> None:
    key = issue_api_key(owner=alice, name="page")[1]
    answer = Client().get("/api/v1/account", headers={"Origin": APP, "X-API-Key": key})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, APP)
    assert "retry-after" in answer.headers["Access-Control-Expose-Headers"]
    answer = Client().get("/api/v1/account", headers={"Origin": APP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, APP)


def test_a_cookie_opens_nothing(alice_client: Client) -> None:
    assert alice_client.get("/api/v1/account", headers={"Origin": APP}).status_code == 401
    assert not conf.CORS_ALLOW_CREDENTIALS
