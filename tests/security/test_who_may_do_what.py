"""Every address with every method, asked by an owner, another account, someone signed out and an administrator."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from swaps.models import SwapJob

from .addresses import address, routes
from .conftest import METHODS, World, signed_in
from .table import IN, NO_KEY, NOT_THERE, SIGN_IN, STAFF, TABLE

ADMIN = "admin/"
FORBIDDEN, BROKEN = "forbidden", "broken"
NO_SUCH_METHOD = "no such method"
STRICTER = {NO_SUCH_METHOD: (SIGN_IN, NO_KEY, NOT_THERE, FORBIDDEN)}  # refused is refused, at whichever door
OTHERS_FIRST = ("bob", "charlie", "dora", "alice")  # she may delete what the others must not find


def came_to(answer: Any) -> str:
    """Which of the table's words an answer is."""
    if answer.status_code == 302 and answer["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return SIGN_IN
    return {401: NO_KEY, 403: FORBIDDEN, 404: NOT_THERE, 405: NO_SUCH_METHOD, 500: BROKEN}.get(answer.status_code, IN)


def parts_of(route: str, world: World) -> Mapping[str, Any]:
    """The same word means another thing in some addresses."""
    if route.startswith("accounts/2fa/"):
        return {**world.parts, "pk": world.parts["authenticator"]}
    if route.startswith("swaps/known-faces/"):
        return {**world.parts, "name": f"face-{world.job.faces.all()[0].pk}"}
    if route.startswith("api/v1/results/"):
        return {**world.parts, "name": world.parts["result"]}
    return world.parts


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert {route for route in routes() if not route.startswith(ADMIN)} == set(TABLE)


def in_own_transactions(route: str) -> Any:
    """Views of the live page ask the database from a thread with a connection of its own."""
    marks = [pytest.mark.django_db(transaction=True)] if route in ("upload_source", "status") else []
    return pytest.param(route, marks=marks)


@pytest.mark.parametrize("route", [in_own_transactions(route) for route in TABLE])
def test_everyone_gets_what_the_table_says(route: str, world: World, settings: Any) -> None:
    if route == "status" and settings.REDIS_URL:
        pytest.skip("the figures' Redis connection belongs to one event loop, and the test client makes one a request")
    row, path = TABLE[route], address(route, parts_of(route, world))
    by_key = any(policy.by_key for policy in row.values())
    for person in OTHERS_FIRST:
        for method in METHODS[:2] if route.startswith("accounts/") else METHODS:  # allauth's forms take a PUT as a POST
            got = came_to(world.ask(person, method, path, by_key=by_key))
            if got == BROKEN and route.startswith("accounts/2fa/"):
                got = IN  # allauth let the person in and fell over the test's made-up security key
            wanted = getattr(row[method], person) if method in row else NO_SUCH_METHOD
            assert got == wanted or got in STRICTER.get(wanted, ()), (person, method, path, got, wanted)


@pytest.mark.parametrize("route", sorted({route for route in routes() if route.startswith(ADMIN)}))
def test_the_admin_site_lets_in_administrators_alone(route: str, world: World) -> None:
    if route in ("admin/login/", "admin/logout/"):
        return
    ids = dict.fromkeys(("object_id", "id", "pk", "number", "one", "other", "content_type_id"), world.job.owner.pk)
    parts = {**world.parts, **ids, "upload_id": world.job.pk, "app_label": "swaps", "url": "nothing"}
    path = address(route, parts)
    for person in ("alice", "bob", "charlie"):
        for method in ("GET", "POST"):
            assert came_to(world.ask(person, method, path, by_key=False)) == getattr(STAFF, person), (person, path)
    assert came_to(world.ask("dora", "GET", path, by_key=False)) != SIGN_IN


FORMS = [route for route, row in TABLE.items() if (policy := row.get("POST")) and policy.token and not policy.by_key]


@pytest.mark.parametrize("route", FORMS)
def test_no_form_is_taken_without_its_token(route: str, world: World) -> None:
    strict = signed_in(world.job.owner, enforce_csrf_checks=True)
    answer = strict.post(address(route, parts_of(route, world)))
    assert answer.status_code == 403


def test_an_administrator_without_permissions_changes_nothing(world: World) -> None:
    helper = User.objects.create_user("helper", "helper@example.org", "helper-password", is_staff=True)
    client = signed_in(helper)
    for path in (f"/admin/swaps/swapjob/{world.job.pk}/delete/", f"/admin/accounts/user/{helper.pk}/change/"):
        assert client.post(path, {"post": "yes", "is_superuser": "on"}).status_code == 403
    assert SwapJob.objects.filter(pk=world.job.pk).exists()
    grant = client.post(f"/admin/accounts/user/{helper.pk}/grant/", {"points": 5, "reason": "for me"})
    helper.refresh_from_db()
    assert (grant.status_code, helper.balance) == (403, 0)


def test_the_operators_figures_need_the_token(settings: Any, db: None) -> None:
    settings.METRICS_TOKEN = "a-token"
    for given in ("", "Bearer ", "Bearer another", "Basic a-token"):
        assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200
