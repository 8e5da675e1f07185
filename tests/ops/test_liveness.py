"""The probe is answered by the event loop, whatever the rest of the site does."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from faceswap_site import asgi
from faceswap_site.lib.http.liveness import Liveness


def asked(app: Any, method: str, path: str) -> list[dict[str, Any]]:
    """What an application sends before it needs anything of the request."""
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        raise AssertionError("the probe has no body")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return sent


async def busy(_scope: Any, _receive: Any, _send: Any) -> None:
    raise RuntimeError("too much to do")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_probe_asks_nothing_of_the_site_and_says_what_django_would(client: Client, method: str) -> None:
    start, body = asked(Liveness(busy), method, "/healthz")
    answer = client.get("/healthz")
    assert start["status"] == answer.status_code == 200
    assert (json.loads(body["body"]) if body["body"] else None) == (answer.json() if method == "GET" else None)
    assert dict(start["headers"])[b"content-type"].decode() == answer["Content-Type"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/healthz"), ("GET", "/readyz"), ("GET", "/healthz/")])
def test_all_else_goes_on(method: str, path: str) -> None:
    with pytest.raises(RuntimeError, match="too much"):
        asked(Liveness(busy), method, path)


def test_it_stands_before_all_else_that_the_web_server_serves() -> None:
    assert isinstance(asgi.application, Liveness)
