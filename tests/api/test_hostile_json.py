"""JSON that is made to cost: refused at the first bound, in no time and no memory, whatever schema it is sent to."""

import gc
import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

import faceswap_site.urls  # noqa: F401, with it all schemas are published
from faceswap_site.lib.api.bounded_json import MOST_DEEP, MOST_NAMES, MOST_PARTS, MOST_VALUES, BoundedJSON, parse_json
from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.api.schema import check, published
from tests.security.addresses import api_views

from .conftest import ApiClient, problem

CPU_SECONDS, MEMORY = 0.1, 10_000_000


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# What a program could put in the place of any value: over the bounds, and as much as they let through.
HOSTILE: dict[str, Any] = {
    "empty lists": [[]] * 10_000,
    "empty objects": [{}] * 10_000,
    "numbers": list(range(100_000)),
    "unknown names": {f"name{n}": n for n in range(100_000)},
    "depth": nested(900),
    "a long text": "!" * 10_000_000,
    "a long name": {"x" * 10_000_000: 1},
    "long texts": ["!" * 100_000] * 90,
    "as many lists as may be": [[]] * (MOST_VALUES - 10),
    "as many addresses as may be": [{"url": "ftp://a/b", "more": 1}] * (MOST_VALUES // 4),
    "as many names as may be": [{f"name{n}": n for n in range(MOST_NAMES)}] * 9,
    "as deep as may be": nested(MOST_DEEP - 3),
}


def names_in(schema: Any) -> set[str]:
    """The names of the properties that a schema or one of its forms has."""
    forms = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    return set(schema.get("properties", {})).union(*map(names_in, forms))


@pytest.fixture(autouse=True)
def only_what_is_made_here_is_collected() -> Iterator[None]:
    """As in the web process: looking through all that the tests have loaded is no part of a request's time."""
    gc.freeze()
    yield
    gc.unfreeze()


def checked_in_no_time(data: Any, name: str) -> None:
    began = time.thread_time()
    with suppress(BadRequest):  # some schemas of answers take anything
        check(data, name)
    assert time.thread_time() - began < CPU_SECONDS


@pytest.mark.parametrize("name", sorted(published()))
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_schema_lets_json_cost_much(name: str, kind: str) -> None:
    everywhere = dict.fromkeys(names_in(published()[name]), HOSTILE[kind]) | {"unknown": HOSTILE[kind]}
    checked_in_no_time(HOSTILE[kind], name)
    checked_in_no_time(everywhere, name)
    for place in everywhere:
        checked_in_no_time({place: HOSTILE[kind], "unknown": 1}, name)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_swap_request_that_is_made_to_cost_takes_no_memory(kind: str) -> None:
    data = {"target": {"url": "http://a/b"}, "faces": HOSTILE[kind]}
    tracemalloc.start()
    try:
        with pytest.raises(BadRequest):
            check(data, "SwapRequest")
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("piece", ["[],", "{},", "0.5,", '"x",', '{"x":1},'])
def test_a_text_of_many_parts_is_refused_before_it_is_parsed(piece: str) -> None:
    text = "[" + piece * (60_000_000 // len(piece)) + "0]"
    tracemalloc.start()
    try:
        with pytest.raises(BadRequest):
            parse_json(text)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("piece", ["[]", "{{}}", "0.{n}", '"{n}"', '{{"x":1}}', '{{"{n}":1}}'])
def test_a_text_of_as_many_parts_as_may_be_takes_no_memory(piece: str) -> None:
    count = MOST_PARTS // (2 if piece[0] in "[{" else 1)
    pieces = [piece.format(n=n) for n in range(1, count)]
    text = "[" + ",".join(pieces) + "]"
    tracemalloc.start()
    try:
        parse_json(text)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"target": {"url": "http://a/b"}, "faces": [[]] * 10_000}, "/faces"),
        ({"target": {"url": nested(20)}}, "/target/url" + "/0" * 6),
        ({"target": dict.fromkeys(map(str, range(101)), 1)}, "/target"),
        ([1] * 1001, "/"),
    ],
)
def test_the_refusal_names_the_place(api: ApiClient, data: Any, place: str) -> None:
    answer = api.post("/api/v1/swaps", data)
    assert problem(answer) == (400, "bad_request")
    assert answer.json()["errors"][0]["pointer"] == place


@pytest.mark.parametrize("size", [30_000, 1_000_000])
def test_many_empty_faces_are_refused_in_half_a_second(api: ApiClient, size: int) -> None:
    body = '{"target":{"url":"http://a/b"},"faces":[' + "[]," * (size // 3) + "[]]}"
    began = time.thread_time()
    assert problem(api.post("/api/v1/swaps", body)) == (400, "bad_request")
    assert time.thread_time() - began < 0.5


def test_json_inside_of_forms_is_counted_too(api: ApiClient) -> None:
    many = json.dumps([[]] * MOST_PARTS)
    sent = api.form("/api/v1/swaps", {"target_url": "http://a/b", "face_url": "http://a/b", "options": many})
    assert problem(sent) == (400, "bad_request")
    assert "parts" in sent.json()["detail"]
    lists = {"source_image": "http://a/b", "face_image": "http://a/b", "index": many}
    sent = api.form("/api/aifaceswap/v1/multi_faceswap", lists)
    assert (sent.status_code, "parts" in sent.json()["message"]) == (400, True)


def test_no_surface_parses_json_any_other_way() -> None:
    parsers = {parser for view in api_views() for parser in view.parser_classes}
    json_parsers = {parser for parser in parsers if parser.media_type == "application/json"}
    assert json_parsers == {BoundedJSON}
