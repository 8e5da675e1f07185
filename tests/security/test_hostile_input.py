"""Whatever is written where a number, a day, an id or a cursor belongs: an answer, and never a failure of the site."""

import base64
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.test import Client

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import whole_number
from recognition.photos.found_faces import found_photo
from tests.drawn import drawn

from .addresses import address
from .conftest import World
from .table import TABLE
from .test_who_may_do_what import parts_of


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def position(moment: str, offset: str = "0") -> str:
    return cursor(urlencode({"o": offset, "p": moment}))


MANY_DIGITS, MORE_DIGITS = "9" * 30, "9" * 5000
NUMBERS = (
    *("0000", "-1", "0", "1e999", "nan", "²", "٣", "٣٣٣٣", "0x1f", "1_0", "\0", "'", "é" * 300),
    *(MANY_DIGITS, MORE_DIGITS),
)
DAYS = ("0000", "0001", "9999", "0001-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦-٠١-٠١")
NAMES = (
    *(f"face-{MORE_DIGITS}", f"face-{MANY_DIGITS}", "face-²", "person-x", "0" * 32 + "-" + MORE_DIGITS),
    *("-", "..", "%", "%00"),
)
CURSORS = (
    position("9999-12-31T23:59:59-23:59"),
    position("0001-01-01T00:00:00+23:59"),
    position("2026-01-01T00:00:00+00:00", MANY_DIGITS),
    position("2026-01-01T00:00:00+00:00", MORE_DIGITS),
    position("2026-01-01T00:00:00+00:00\0"),
    position("2026-01-01T00:00:00"),
    position(MORE_DIGITS),
    cursor("o=3"),
    cursor(f"2026-01-01T00:00:00+00:00 {UUID(int=0)}"),  # as they were once
    *("=", "é", "_____w", "2026-01-01"),
)

LISTS = "words person status after before page"
QUERIES = {
    "gallery/": LISTS,
    "history/": LISTS,
    "explore/": "page",
    "account/points/": "page",
    "account/webhooks/": "page",
    "people/": "q page",
    "account/consent/": "swap person page",
    "people/<uuid:uuid>/choose": "photo",
    "swaps/new/": "face_from target_from target_part face_sample face_known strength",
    "swaps/known-faces/<slug:choice>": "size",
    "accounts/login/": "next",
    "api/v1/swaps": "status cursor limit",
    "api/v1/points": "cursor limit",
    "api/v1/people": "q cursor limit",
    "face_match": "include_landmarks",
}
PLAN = "use_0 box_0 face_known face_from target_from face_sample target_sample target_part strength preset adjusted"
FORMS = {
    "swaps/faces": "role sample known face_from target_from target_part",
    "swaps/preview": PLAN,
    "swaps/new/": "use_0 box_0 face_from",
    "gallery/selection": "job action",
    "account/": "retention_days letters",
    "account/keys/": "name scopes days",
    "recognise/": "preset threshold",
    "compare/": "preset threshold",
    "people/new/": "name basis",
    "people/<uuid:uuid>/choose": "photo",
    "people/<uuid:uuid>/rename": "name",
    "i18n/setlang/": "language next",
    "accounts/login/": "login password next",
    "accounts/signup/": "username email",
    "check/": "photo",
    "account/consent/": "words",
    "consent/<str:consent_token>/": "answer",
    "api/v1/checks": "url photo",
    "api/v1/recognise": "threshold url photo",
    "api/v1/compare": "threshold",
    "api/v1/swaps": "index options target face reference callback_url",
    "api/v1/people/<str:person_id>/photos": "index",
    "api/aifaceswap/v1/multi_faceswap": "index source_image face_image",
    "api/face_swap": "source_image target_image",
    "face/swap": "source_image_url target_image_url",
}
NAMED = sorted(route for route in TABLE if "<str:" in route or "<slug:" in route or "<int:" in route)


def answered(world: World, route: str, method: str, path: str, form: str = "") -> int:
    """The status of Alice's request."""
    if any(policy.by_key for policy in TABLE[route].values()):
        client, headers = Client(raise_request_exception=False), {"Authorization": f"Bearer {world.key('alice')}"}
    else:
        client, headers = world.client("alice"), {}
    answer = client.generic(method, path, form, content_type="application/x-www-form-urlencoded", headers=headers)
    if answer.streaming:
        b"".join(answer)  # to its end, where the client closes it
    return int(answer.status_code)


@pytest.fixture(autouse=True)
def without_limits(settings: Any) -> None:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**6, 60))
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.again
@pytest.mark.long
@pytest.mark.parametrize("route", QUERIES)
def test_no_query_makes_the_site_fail(route: str, world: World) -> None:
    path = address(route, parts_of(route, world))
    names, values = QUERIES[route].split(), (*NUMBERS, *DAYS, *NAMES, *(CURSORS if "api/" in route else ()))
    # Pages leave aside what makes no sense; an API refuses what it meets first.
    apart = [{name: value} for name in names for value in values]
    queries = [
        urlencode(query) for query in (apart if "api/" in route else (dict.fromkeys(names, value) for value in values))
    ]
    failed = [query[:80] for query in queries if answered(world, route, "GET", f"{path}?{query}") >= 500]
    assert not failed


@pytest.mark.again
@pytest.mark.long
@pytest.mark.parametrize("route", FORMS)
def test_no_field_of_a_form_makes_the_site_fail(route: str, world: World) -> None:
    path = address(route, parts_of(route, world))
    forms = [urlencode({name: value}) for name in FORMS[route].split() for value in (*NUMBERS, *NAMES)]
    failed = [form[:80] for form in forms if answered(world, route, "POST", path, form) >= 500]
    assert not failed


@pytest.mark.again
@pytest.mark.long
@pytest.mark.parametrize("route", NAMED)
def test_no_name_in_an_address_makes_the_site_fail(route: str, world: World) -> None:
    parts = {name: value for name, value in parts_of(route, world).items() if f"<uuid:{name}>" in route}
    paths = [address(route, dict.fromkeys(world.parts, quote(value, safe="")) | parts) for value in (*NUMBERS, *NAMES)]
    failed = [path[:80] for path in paths if answered(world, route, "GET", path) >= 500]
    assert not failed


def test_no_plan_for_a_face_makes_the_site_fail(world: World) -> None:
    drawn("obama.jpg")
    plan = {"face_sample": "obama.jpg", "target_sample": "biden.jpg", "use_0": "face"}
    boxes = {f"box_{MORE_DIGITS}": "0,0,1,1", "box_²": "0,0,1,1"} | {"box_0": "nan,nan,1e999,1"}
    for box in boxes.items():
        form = urlencode(plan | dict([box]))
        assert answered(world, "swaps/preview", "POST", "/swaps/preview", form) < 500


@pytest.mark.parametrize("number", ["²", "-1", "x", "0x1f", MANY_DIGITS, MORE_DIGITS])
def test_no_number_of_a_found_face_makes_the_site_fail(number: str, world: World) -> None:
    with pytest.raises(DomainError, match="There is no photo or face with this id"):
        found_photo(owner=world.job.owner, name=f"{world.parts['found'].hex}-{number}")


@pytest.mark.parametrize(
    "name", ["Prefer", "Idempotency-Key", "Authorization", "Accept-Language", "X-Request-Id", "Cookie"]
)
def test_no_header_makes_the_site_fail(name: str, world: World) -> None:
    client = Client(raise_request_exception=False)
    failed = []
    for value in (f"wait={MORE_DIGITS}", "wait=²", "Bearer é", "Bearer fs_live_²", *NUMBERS):
        headers = {"Authorization": f"Bearer {world.key('alice')}", name: value.encode().decode("latin-1")}
        for method, path in (("GET", "/api/v1/swaps"), ("POST", "/api/v1/swaps"), ("GET", "/history/")):
            answer = client.generic(method, path, "{}", content_type="application/json", headers=headers)
            failed += [(path, value[:40])] if answer.status_code >= 500 else []
    assert not failed


def test_a_whole_number_is_plain_digits_within_bounds() -> None:
    read = {text: whole_number(text, least=1, most=100) for text in ("1", "007", "100", "0", "101", "0001", *NUMBERS)}
    assert {text: number for text, number in read.items() if number is not None} == {"1": 1, "007": 7, "100": 100}
    assert whole_number(None, most=9) is None
    assert whole_number(5, most=9) is None
