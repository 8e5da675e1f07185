"""Whatever a program asks for below a dialect's paths, and however, is answered in that dialect's own shape."""

from typing import Any

import pytest
from django.test import Client

from .conftest import ApiClient


def aifaceswap(body: Any, status: int) -> bool:
    return set(body) == {"code", "data", "message"} and (body["code"], body["data"]) == (status, None)


def acedata(body: Any, status: int) -> bool:
    return (
        status == 400
        and set(body) == {"success", "error", "trace_id"}
        and body["error"]["code"] == "api_not_implemented"
        and bool(body["trace_id"])
    )


def with_code(body: Any, status: int) -> bool:
    return set(body) == {"error", "code"} and isinstance(body["error"], str)


def live(body: Any, status: int) -> bool:
    return set(body) == {"success", "message"} and body["success"] is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "shaped"),
    [
        ("/api/aifaceswap/v1/nothing", aifaceswap),
        ("/api/aifaceswap/v1/", aifaceswap),
        ("/api/aifaceswap/v1/faceswap/", aifaceswap),
        ("/face/nothing", acedata),
        ("/face/swap/", acedata),
        ("/face/", acedata),
        ("/api/face_swap/", with_code),
        ("/face_rec/nothing", with_code),
        ("/face_match/", with_code),
        ("/upload_source/", live),
        ("/status/nothing", live),
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address(client: Client, path: str, shaped: Any, method: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == (400 if shaped is acedata else 404)
    assert answer["Content-Type"] == "application/json"
    assert shaped(answer.json(), answer.status_code), answer.json()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "method", "shaped"),
    [
        ("/api/aifaceswap/v1/faceswap", "get", aifaceswap),
        ("/face/swap", "get", acedata),
        ("/face/swap", "delete", acedata),
        ("/api/face_swap", "get", with_code),
        ("/face_rec", "delete", with_code),
        ("/upload_source", "get", live),
        ("/status", "post", live),
    ],
)
def test_an_unknown_method(api: ApiClient, client: Client, path: str, method: str, shaped: Any) -> None:
    asked = client if shaped is live else api
    answer = getattr(asked, method)(path)
    assert answer.status_code == (400 if shaped is acedata else 405)
    assert shaped(answer.json(), answer.status_code), answer.json()
