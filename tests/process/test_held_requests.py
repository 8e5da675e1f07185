"""What a request that waits for its answer keeps in memory: nothing of the photos that came with it."""

import io
from typing import Any

import pytest
from django.test import RequestFactory

from faceswap_site.lib.http.handler import SizedRequest
from tests.photos import sample


def request(body: bytes, content_type: str) -> SizedRequest:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    return SizedRequest(scope, io.BytesIO(body))


def form_and_type() -> tuple[bytes, str]:
    with sample("obama.jpg").open("rb") as photo:
        made = RequestFactory().post("/", {"face": photo})
    return made.body, made.META["CONTENT_TYPE"]


@pytest.mark.parametrize("read", ["body", "FILES"])
def test_it_is_forgotten_once_the_first_answer_is_made(read: str) -> None:
    body, content_type = form_and_type()
    asked = request(body, content_type)
    got = getattr(asked, read)
    assert len(got if read == "body" else got["face"].read()) > 10_000
    asked.close()
    assert not any(isinstance(value, (bytes, io.IOBase)) and value for value in vars(asked).values())
    assert not {"_body", "_files", "_stream"} & set(vars(asked))
