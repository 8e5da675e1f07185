"""Clients with a key, and a way to let the queue's work be done in this process."""

import base64
import json
from typing import Any

import pytest
from django.test import Client

from accounts.keys import issue_api_key
from accounts.models import User
from swaps import tasks
from swaps.jobs import fetching
from swaps.models import SwapJob
from tests.drawn import drawn


class ApiClient:
    """A program with a key."""

    def __init__(self, key: str) -> None:
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | headers)

    def patch(self, path: str, data: Any) -> Any:
        return self.client.patch(path, json.dumps(data), content_type="application/json", headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers=self.headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        body = data if isinstance(data, str) else json.dumps(data or {})
        return self.client.post(path, body, content_type="application/json", headers=self.headers | headers)

    def form(self, path: str, data: dict[str, Any]) -> Any:
        return self.client.post(path, data, headers=self.headers)


def in_base64(name: str) -> dict[str, str]:
    return {"base64": base64.b64encode(drawn(name).read_bytes()).decode()}


def swap_request(face: str = "obama.jpg", target: str = "biden.jpg", **more: Any) -> dict[str, Any]:
    return {"face": in_base64(face), "target": in_base64(target), **more}


def fetch_all() -> None:
    """Fetch what waits to be fetched, as the sweeper's process would."""
    while fetch := fetching.claim_next():
        tasks.fetch_photos(fetch)


def do_the_work() -> None:
    """Run every waiting job, as the sweeper's process and the worker would."""
    fetch_all()
    for job in SwapJob.objects.filter(status="queued"):
        tasks.run_swap(str(job.pk))


def problem(response: Any) -> tuple[int, str]:
    """Status and code of an error answer, after a look at its form."""
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["X-Request-Id"]
    return response.status_code, body["code"]


@pytest.fixture
def api(alice: User) -> ApiClient:
    """Alice's program."""
    return ApiClient(issue_api_key(owner=alice, name="program")[1])


@pytest.fixture
def bobs_api(bob: User) -> ApiClient:
    return ApiClient(issue_api_key(owner=bob, name="program")[1])
