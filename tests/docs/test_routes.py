"""Addresses: what the APIs answer, with which scope and for how many points, and what the pages say."""

import json
import re
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.keys import ALL_SCOPES, issue_api_key
from accounts.models import User
from tests.docs import DOCS, TEXTS, section, table
from tests.docs import code as pieces


def operations(client: Client) -> set[str]:
    """Every operation of every API, as METHOD /address, its parts without their names."""
    found = json.loads(client.get("/api/openapi.json").content)["paths"]
    return {f"{method.upper()} {nameless(path)}" for path, each in found.items() for method in each}


def nameless(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def expanded(words: str) -> list[str]:
    """`GET, POST /people; DELETE /people/{id}` as one METHOD /address each."""
    return [
        f"{method} {address}"
        for methods, addresses in re.findall(r"((?:[A-Z]+, )*[A-Z]+) (/[^;,\s]+(?:, /[^;,\s]+)*)", words)
        for method in methods.split(", ")
        for address in addresses.split(", ")
    ]


def rows() -> list[tuple[list[str], str, str]]:
    """Of docs/api.md: operations, costs and scope."""
    found = table(section(DOCS["api.md"], "A swap in one call"))
    return [(expanded(names), costs, scope) for names, costs, scope in found]


def of_dialects() -> set[str]:
    """Of docs/dialects.md: the heading of each names its methods and addresses."""
    return {one for heading in re.findall(r"^## (.*)$", DOCS["dialects.md"], re.M) for one in expanded(heading)}


@pytest.mark.django_db
def test_every_operation_of_an_api_has_its_page_and_no_other(client: Client) -> None:
    documented = {nameless(one) for names, _costs, _scope in rows() for one in names} | of_dialects()
    assert documented == operations(client)


@pytest.mark.django_db
@pytest.mark.parametrize("scope", [*ALL_SCOPES, "–"])
def test_operations_ask_for_the_scope_in_the_table(client: Client, alice: User, scope: str) -> None:
    without = issue_api_key(owner=alice, name="all others", scopes=set(ALL_SCOPES) - {scope})[1]
    with_it = issue_api_key(owner=alice, name="this one", scopes={scope} & {*ALL_SCOPES} or ALL_SCOPES)[1]
    for operation in (one for names, _costs, wanted in rows() if wanted == scope for one in names):
        method, _, path = operation.partition(" ")
        address = re.sub(r"\{\w+\}", str(UUID(int=0)), path)
        for key, refused in ((without, scope in ALL_SCOPES), (with_it, False)):
            answer = client.generic(method, address, headers={"Authorization": f"Bearer {key}"})
            code = json.loads(answer.content or "{}").get("code")
            assert (code == "scope_missing") is refused, f"{operation}: {answer.status_code} {code}"


def test_the_scopes_are_named() -> None:
    (words,) = re.findall(r"Scopes: (.*?)\.", section(DOCS["api.md"], "Keys"))
    assert set(re.findall(r"`(\w+)`", words)) == set(ALL_SCOPES)


def test_the_costs_are_the_prices() -> None:
    prices = settings.PRICES
    costs = {name: [int(one) for one in re.findall(r"\d+", cost)] for names, cost, _scope in rows() for name in names}
    assert costs.pop("POST /api/v1/swaps") == [
        *(prices[name] for name in ("swap", "multi_base", "multi_face", "clip_second"))
    ]
    assert costs.pop("POST /api/v1/faces") == [prices["extract_faces"]]
    assert costs.pop("POST /api/v1/compare") == [prices["compare"]]
    assert costs.pop("POST /api/v1/recognise") == [prices["recognise"]]
    assert set(map(tuple, costs.values())) == {()}


@pytest.mark.parametrize("page", TEXTS)
def test_an_address_in_a_page_is_one_of_the_site(page: str) -> None:
    """In code, in the line: what begins with a slash and is no file of the machine."""
    for piece in pieces(TEXTS[page]):
        found = re.fullmatch(r"(?:(?:GET|POST) )?(/[a-z][\w/.-]*)", piece)
        if found and not found[1].startswith(("/etc/", "/srv/", "/socket.io/")):
            try:
                resolve(found[1])
            except Resolver404:
                pytest.fail(f"{page} names {found[1]}")
