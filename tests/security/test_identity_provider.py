"""Whoever the operator's identity provider knows signs in here, with an account of their own or the one they have."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from accounts.sign_in.invitations import invitation_link, invite

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/provider/login/"
CALLBACK = "/accounts/oidc/provider/login/callback/"


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider on a loopback port, at which whoever is `person` has signed in."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.person: dict[str, Any] = {"sub": "7", "preferred_username": "carol", "email": "carol@example.org"}
        self.person["email_verified"] = True
        self.asked: list[dict[str, list[str]]] = []


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.path.endswith("openid-configuration"):
            names = {"authorization_endpoint": "/ask", "token_endpoint": "/token", "userinfo_endpoint": "/person"}
            self.answer({name: self.server.url + path for name, path in names.items()} | {
                "issuer": self.server.url,
                "jwks_uri": self.server.url + "/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            })  # fmt: skip
        else:
            self.answer(self.server.person)

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(fields)
        claims = {"iss": self.server.url, "aud": "faces", "exp": 4_000_000_000, "iat": 1_000_000_000}
        token = jwt.encode(claims | self.server.person, "of the provider alone, thirty-two bytes", algorithm="HS256")
        self.answer({"access_token": "open", "token_type": "Bearer", "id_token": token})

    def answer(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app = {"provider_id": "provider", "name": "id", "client_id": "faces", "secret": "shared",
               "settings": {"server_url": server.url}}  # fmt: skip
        known = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"] | {"APPS": [app]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": known}
        settings.OIDC_SERVER_URL = server.url
        yield server
        server.shutdown()


def sign_in(client: Client, *, query: str = "", state: str | None = None) -> Any:
    """Go there and come back, as a browser does; return what the site answers then."""
    away = client.get(LOGIN + query)
    assert away.status_code == 302, away.content
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(CALLBACK, {"code": "one", "state": state or asked["state"][0]})


def test_without_one_no_page_speaks_of_it(client: Client) -> None:
    assert b"identity-provider" not in client.get("/accounts/login/").content
    assert client.get(LOGIN).status_code == 404


def test_the_sign_in_page_leads_there_and_back_to_where_one_was(provider: Provider, client: Client) -> None:
    page = client.get("/accounts/login/?next=/gallery/").content.decode()
    assert f"Sign in with 127.0.0.1:{provider.server_port}" in page
    assert f'{LOGIN}?process=login&amp;next=%2Fgallery%2F"' in page
    back = sign_in(client, query="?process=login&next=/gallery/")
    assert (back.status_code, back["Location"]) == (302, "/gallery/")


def test_who_is_new_gets_an_account_with_points(provider: Provider, client: Client, settings: Any) -> None:
    settings.POINTS_AFTER_CONFIRMATION = True  # the provider has confirmed the address
    sign_in(client)
    carol = User.objects.get(username="carol")
    assert (carol.email, carol.balance, carol.has_usable_password()) == ("carol@example.org", 100, False)
    assert client.get("/account/").context["user"] == carol
    assert provider.asked[0]["client_secret"] == ["shared"] and provider.asked[0]["code_verifier"]
    sign_in(Client())
    assert User.objects.count() == 1


def test_an_address_confirmed_on_both_sides_is_one_person(provider: Provider, alice: User, client: Client) -> None:
    EmailAddress.objects.create(user=alice, email="carol@example.org", verified=True)
    sign_in(client)
    assert client.get("/account/").context["user"] == alice
    assert SocialAccount.objects.get().user == alice


@pytest.mark.parametrize(("here", "there"), [(False, True), (True, False)])
def test_an_address_that_one_side_only_names_opens_no_account(
    provider: Provider, alice: User, client: Client, here: bool, there: bool
) -> None:
    EmailAddress.objects.create(user=alice, email="carol@example.org", verified=here)
    provider.person["email_verified"] = there
    sign_in(client)
    assert client.get("/account/").status_code == 302
    assert not SocialAccount.objects.filter(user=alice).exists()


def test_a_second_factor_is_asked_for_all_the_same(provider: Provider, alice: User, client: Client) -> None:
    EmailAddress.objects.create(user=alice, email="carol@example.org", verified=True)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": base64.b32encode(b"ten bytes.").decode()})
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/account/").status_code == 302


def test_an_answer_to_nobodys_question_signs_nobody_in(provider: Provider, client: Client) -> None:
    answer = sign_in(client, state="made up")
    assert answer.status_code == 401 and b"You were not signed in" in answer.content
    assert not User.objects.exists()


def test_a_provider_out_of_reach_is_said(provider: Provider, client: Client) -> None:
    provider.shutdown()
    provider.server_close()
    answer = client.get(LOGIN)
    assert answer.status_code == 401 and b"could not be reached" in answer.content


def test_a_name_that_is_taken_or_the_sites_own_becomes_another(provider: Provider, alice: User, client: Client) -> None:
    for number, name in enumerate(("alice", "admin")):
        provider.person |= {"sub": str(number), "preferred_username": name, "email": f"{number}@example.org"}
        sign_in(Client())
    assert User.objects.count() == 3
    assert not User.objects.filter(username="admin").exists()


@pytest.mark.parametrize(("mode", "made"), [("open", 1), ("provider", 1), ("invitation", 0), ("closed", 0)])
def test_who_may_sign_up_is_the_operators_to_say(
    provider: Provider, client: Client, settings: Any, mode: str, made: int
) -> None:
    settings.SIGN_UP = mode
    sign_in(client)
    assert User.objects.count() == made
    if mode == "provider":
        page = Client().get("/accounts/signup/").content.decode()
        assert "Accounts come from" in page and 'name="password1"' not in page


def test_an_invitation_is_used_up_by_it(provider: Provider, client: Client, settings: Any) -> None:
    settings.SIGN_UP = "invitation"
    invitation = invite()
    client.get(invitation_link(invitation, site_url=""))
    sign_in(client)
    invitation.refresh_from_db()
    assert invitation.account == User.objects.get()
    provider.person |= {"sub": "8", "email": "dave@example.org", "preferred_username": "dave"}
    sign_in(client)
    assert User.objects.count() == 1


def test_who_has_no_password_deletes_the_account_by_its_name(provider: Provider, client: Client) -> None:
    sign_in(client)
    assert client.post("/account/delete/", {"password": "carl"}).status_code == 400
    assert client.post("/account/delete/", {"password": "carol"}).status_code == 302
    assert not User.objects.exists() and not SocialAccount.objects.exists()


def test_it_is_connected_and_disconnected_on_a_page(provider: Provider, alice: User, alice_client: Client) -> None:
    page = alice_client.get("/accounts/3rdparty/").content.decode()
    assert "process=connect" in page
    sign_in(alice_client, query="?process=connect")
    mine = SocialAccount.objects.get(user=alice)
    assert f'value="{mine.pk}"' in alice_client.get("/accounts/3rdparty/").content.decode()
    alice_client.post("/accounts/3rdparty/", {"account": mine.pk})
    assert not SocialAccount.objects.exists()
