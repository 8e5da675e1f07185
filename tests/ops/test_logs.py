"""Log lines name their request and job, and nothing that opens anything is ever in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.lib import logs
from faceswap_site.lib.http.middleware import RequestIds
from faceswap_site.lib.http.waiting import HOLD
from swaps import tasks
from swaps.jobs import runner, services
from swaps.jobs.webhook_secrets import secrets_in_use
from swaps.results.links import result_link, share_path
from tests.web.conftest import make_job


class Lines:
    """All that is logged at the lowest level, as both formatters write it."""

    def __init__(self) -> None:
        self.handlers = []
        configuration: Any = logs.configuration(level="DEBUG", form="line")["formatters"]
        for form in (logs.LineFormatter, logs.JsonLines):
            settings = configuration["line" if form is logs.LineFormatter else "json"]
            names = {"fmt": settings.get("fmt") or settings["format"], "style": settings.get("style", "%")}
            if form is logs.JsonLines:
                names["rename_fields"] = settings["rename_fields"]
            handler = logging.StreamHandler(io.StringIO())
            handler.setFormatter(form(**names))
            handler.addFilter(logs.Context())
            self.handlers.append(handler)

    @property
    def text(self) -> str:
        return str(self.handlers[0].stream.getvalue())

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.handlers[1].stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    lines, root = Lines(), logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in lines.handlers:
        root.addHandler(handler)
    yield lines
    for handler in lines.handlers:
        root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_names_the_request_that_the_caller_named(lines: Lines, db: None) -> None:
    answer = Client().get("/nothing-here/", headers={"X-Request-Id": "mine-7"})
    assert answer["X-Request-Id"] == "mine-7"
    [line] = [line for line in lines.objects if "Not Found" in line["message"]]
    assert (line["request_id"], line["job_id"], line["level"]) == ("mine-7", "", "WARNING")
    assert "[request=mine-7]" in lines.text


def test_a_request_without_a_sensible_name_gets_one(db: None) -> None:
    names = {
        Client().get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"] for given in ("", "a b", "x" * 65)
    }
    assert len(names) == 3 and all(len(name) == 32 for name in names)


def test_a_line_of_the_worker_names_its_job(lines: Lines, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(alice, "queued")

    def no_storage(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(services, "complete_swap", no_storage)
    monkeypatch.setattr(runner, "make_result", lambda *_, **__: None)
    tasks.run_swap(str(job.pk))
    [line] = [line for line in lines.objects if "want of storage" in line["message"]]
    assert line["job_id"] == str(job.pk)
    assert "no space left on device" in line["exc_info"]


def test_a_line_for_every_request_where_the_operator_asks_for_it(lines: Lines, db: None, settings: Any) -> None:
    Client().get("/healthz")
    assert "/healthz" not in lines.text
    settings.LOG_REQUESTS = True
    Client().get("/healthz")
    assert "GET /healthz 200" in lines.text


def test_an_answer_that_is_kept_back_has_no_line(lines: Lines, settings: Any) -> None:
    settings.LOG_REQUESTS = True

    def answer(request: Any) -> HttpResponse:
        request.scope[HOLD] = "a job"
        return HttpResponse(status=202)

    request: Any = RequestFactory().post("/api/v1/swaps")
    request.scope = {}
    assert RequestIds(answer)(request).status_code == 202
    assert "/api/v1/swaps" not in lines.text


def test_nothing_that_opens_anything_is_logged(lines: Lines, alice: User, settings: Any) -> None:
    settings.LOG_REQUESTS = True
    settings.METRICS_TOKEN = "token-of-the-metrics"
    job, (_row, key) = make_job(alice), issue_api_key(owner=alice, name="program")
    shared, link = share_path(job), result_link(job, "")
    client = Client()
    client.post("/accounts/login/", {"login": "alice", "password": "the-wrong-password"})
    client.post("/accounts/login/", {"login": "alice", "password": "alice-password"})
    client.post("/account/delete/", {"password": "another-wrong-password"})
    for path in (shared, f"{shared[:-1]}x/", link, link.replace(".", "x."), "/accounts/password/reset/key/1-a-secret/"):
        answer = client.get(path)
        if answer.streaming:
            b"".join(answer)
    for given in (key, f"{key}x"):
        client.get("/api/v1/account", headers={"Authorization": f"Bearer {given}"})
    client.get("/metrics", headers={"Authorization": "Bearer token-of-the-metrics"})
    site, headers = logging.getLogger("site"), {"Authorization": f"Bearer {key}"}
    site.error("headers were %s, address %s, secrets %s", headers, "redis://u:pw-7@h/0", secrets_in_use(alice))
    words = ["the-wrong-password", "alice-password", "another-wrong-password", "token-of-the-metrics", "pw-7"]
    tokens = [key[8:], shared.split("/")[-2], link.rsplit("/", 1)[-1].split(".")[0], "a-secret", settings.SECRET_KEY]
    secrets = [secret.removeprefix("whsec_") for secret in secrets_in_use(alice)]
    logged = lines.text + "".join(map(json.dumps, lines.objects))
    assert "/shared/" in logged and "headers were" in logged
    assert [word for word in [*words, *tokens, *secrets] if word in logged] == []
