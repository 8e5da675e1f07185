"""Every address that takes photos has a lane for that, and a refusal speaks the words of whoever asked."""

import json
from typing import Any

import pytest

from faceswap_site.lib.errors import DomainError, Overloaded, TooManyRequests
from faceswap_site.ops.body_limits import TABLE, WITHOUT_PHOTOS
from faceswap_site.ops.lanes import LANES, lane_of
from faceswap_site.ops.refusals import tell

FULL = Overloaded(case="queue", retry_after=5)


def scope(path: str, method: str = "POST", **headers: str) -> dict[str, Any]:
    given = {"host": "localhost", **headers}
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": fields}


@pytest.mark.parametrize("path", [pattern for pattern, limit in TABLE.items() if limit != WITHOUT_PHOTOS])
def test_what_takes_photos_is_no_page(path: str) -> None:
    assert lane_of(scope(path.replace("*", "x"))).name in {"photos", "jobs"}


@pytest.mark.parametrize(
    ("path", "method", "lane"),
    [
        ("/healthz", "GET", "probes"),
        ("/readyz", "HEAD", "probes"),
        ("/metrics", "GET", "probes"),
        ("/", "GET", "pages"),
        ("/swaps/new/", "GET", "pages"),
        ("/recognise/", "GET", "pages"),
        ("/swaps/0123/result.avif", "GET", "photos"),
        ("/swaps/0123/result", "GET", "pages"),
        ("/api/v1/account", "GET", "pages"),
        ("/api/v1/swaps/0123", "GET", "jobs"),
    ],
)
def test_lanes(path: str, method: str, lane: str) -> None:
    assert lane_of(scope(path, method)).name == lane


def test_only_those_who_hand_in_jobs_wait_for_them() -> None:
    assert [name for name, lane in LANES.items() if lane.bounds.may_wait] == ["jobs"]


def told(path: str, error: DomainError = FULL, **more: Any) -> tuple[str, Any]:
    kind, body = tell(scope(path, **more), error)
    return kind.partition(";")[0], json.loads(body) if "json" in kind else body.decode()


def test_the_native_api_is_told_a_problem() -> None:
    kind, problem = told("/api/v1/compare")
    assert kind == "application/problem+json"
    assert (problem["status"], problem["code"]) == (503, "overloaded") and "5 seconds" in problem["detail"]


@pytest.mark.parametrize("path", ["/api/face_swap", "/face_match", "/face_rec"])
def test_brief_dialects_are_told_briefly(path: str) -> None:
    kind, answer = told(path)
    assert kind == "application/json" and answer.keys() == {"error", "code"}


def test_the_other_dialects_are_told_in_their_shapes() -> None:
    assert told("/api/aifaceswap/v1/faceswap")[1]["message"]
    assert told("/face/swap")[1]["error"]["code"]
    assert told("/upload_source")[1]["success"] is False


def test_a_browser_is_told_in_a_page_and_in_its_language() -> None:
    kind, page = told("/recognise/", accept="text/html")
    assert kind == "text/html" and "Busy at this moment" in page and "5 seconds" in page
    _kind, chinese = told("/recognise/", accept="text/html", accept_language="zh-hans")
    assert '<html lang="zh-hans">' in chinese and "Busy at this moment" not in chinese


def test_a_script_is_told_in_words() -> None:
    kind, answer = told("/swaps/faces", TooManyRequests(case="at_once", retry_after=5), x_requested_with="fetch")
    assert kind == "application/json" and answer["code"] == "too_many_requests"
    kind, part = told("/swaps/new/", hx_request="true")
    assert kind == "text/html" and 'id="form-errors"' in part


def test_a_request_that_makes_no_sense_is_refused_all_the_same() -> None:
    assert told("/api/v1/compare", host="no host at all")[0] == "application/problem+json"
