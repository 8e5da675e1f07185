"""The OpenAPI document is valid, covers every address of the APIs, and is what the server does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.pages.reference import page_of
from faceswap_site.pages.schema_examples import EXAMPLES as EXAMPLES_OF_SCHEMAS
from tests.running_site import FAKE, RunningSite, Visitor

ROOT = Path(__file__).resolve().parent.parent.parent
NO_OPERATIONS = {"api/openapi.json", "api/docs"}  # the document, and the page about it


def document(client: Client) -> Any:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def api_addresses() -> set[str]:
    """Every address under the namespace of the APIs, dialects included."""

    def walk(patterns: Any) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if str(pattern.pattern).endswith("(?:/.*)?$"):
                continue  # catches what is no address
            if isinstance(pattern, URLPattern):
                found.add(str(pattern.pattern))
            else:
                found |= walk(pattern.url_patterns)
        return found

    (api,) = [p for p in get_resolver().url_patterns if isinstance(p, URLResolver) and p.namespace == "api"]
    return walk(api.url_patterns) - NO_OPERATIONS


@pytest.mark.django_db
def test_the_document_is_valid_and_covers_every_address(client: Client) -> None:
    found = document(client)
    assert found["openapi"].startswith("3.1")
    validate(found)
    described = {path.lstrip("/").replace("{", "<str:").replace("}", ">") for path in found["paths"]}
    assert described == api_addresses()


@pytest.mark.django_db
def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'src="http' not in text and "<script>" not in text


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_schema_and_swaps_first(client: Client) -> None:
    text = client.get("/api/docs").content.decode()
    found = document(client)
    operations = [one["operationId"] for each in found["paths"].values() for one in each.values()]
    places = [text.index(f'<article class="card example operation" id="{name}">') for name in operations]
    assert places == sorted(places) and operations[0] == "submit_swap"
    assert [name for name in found["components"]["schemas"] if f'id="shape-{name}"' not in text] == []
    assert set(re.findall(r'href="#([\w-]+)"', text)) <= set(re.findall(r'id="([\w-]+)"', text))
    assert "`" not in re.sub(r"<pre.*?</pre>", "", text, flags=re.S)


@pytest.mark.django_db
def test_every_body_has_an_example_that_is_what_its_schema_says(client: Client) -> None:
    found = document(client)
    for name, schema in found["components"]["schemas"].items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": found["components"]}
        assert len(schema["examples"]) == 1
        Draft202012Validator(whole).validate(schema["examples"][0])
    assert EXAMPLES_OF_SCHEMAS.keys() == found["components"]["schemas"].keys()


@pytest.mark.django_db
def test_the_document_names_the_site_its_headers_and_its_events(client: Client) -> None:
    found = document(client)
    assert found["servers"] == [{"url": "http://testserver"}]
    assert [tag["name"] for tag in found["tags"]][:5] == ["Swaps", "Batches", "Faces", "People", "Account"]
    assert all(tag["description"] for tag in found["tags"])
    submit = found["paths"]["/api/v1/swaps"]["post"]["responses"]
    assert {"Location", "RateLimit", "Idempotent-Replayed"} <= submit["202"]["headers"].keys()
    assert "Retry-After" in submit["429"]["headers"]
    assert found["webhooks"]["swapEnded"]["post"]["requestBody"]


@pytest.mark.django_db
def test_an_operation_says_who_may_call_it(client: Client, settings: Any) -> None:
    keys: list[Any] = [{"key": []}, {"keyHeader": []}]
    settings.OPEN_ACCESS = ["face_swap"]
    without = {"shared_result", "face_match_page", "face_rec_page"}
    for path, operations in document(client)["paths"].items():
        for method, operation in operations.items():
            wanted = None if operation["operationId"] in without else keys
            wanted = [*keys, {}] if path == "/api/face_swap" else wanted
            assert operation.get("security") == wanted, (method, path)


@pytest.mark.long
@pytest.mark.process
@pytest.mark.xdist_group("schemathesis")
@pytest.mark.timeout(400)
def test_the_server_does_what_the_document_says(tmp_path: Path, own_files: Path) -> None:
    site = RunningSite(tmp_path, RATE_LIMIT_KEY="1000000", POINTS_SIGNUP="100000", **FAKE).start("web", "worker")
    try:
        Visitor(site).sign_up("alice")
        key = site.manage("issue_key", "alice", "--name", "schemathesis").strip()
        command = [
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", str(ROOT / "tests" / "api" / "schemathesis.toml")),
            *("run", f"{site.url}/api/openapi.json", "--header", f"Authorization: Bearer {key}"),
            *("--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "3"), "--workers", "2", "--seed", "1"),
            *("--request-timeout", "70", "--max-response-time", "65", "--suppress-health-check", "all"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=380, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Traceback" not in site.logged()
        assert "clean" in site.manage("check_ledger")
    finally:
        site.stop()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/" + re.sub(r"<\w+:\w+>", "x", address) for address in sorted(api_addresses() - NO_OPERATIONS)]
)
def test_every_address_answers_options(client: Client, alice: User, path: str) -> None:
    key = issue_api_key(owner=alice, name="program")[1]
    answer = client.options(path, headers={"X-API-Key": key})
    assert answer.status_code == 200
    assert set(answer.json()) == {"name", "description", "renders", "parses"}


@pytest.mark.django_db
def test_the_developers_page_shows_every_address_and_fills_in_a_key(client: Client, alice_client: Client) -> None:
    text = alice_client.get("/developers/").content.decode()
    for address in api_addresses() - {"api/v1/results/<str:name>"}:
        assert "/" + re.sub(r"<str:(\w+)>", lambda name: name[1].upper(), address) in text
    filled = alice_client.post("/developers/")
    assert filled.headers["Cache-Control"] == "no-store"
    assert "fs_live_" in filled.content.decode() and "YOUR_KEY" not in filled.content.decode()
    assert Client().post("/developers/").status_code == 302
    assert "fs_live_" not in Client().get("/developers/").content.decode()


def test_the_python_examples_are_python() -> None:
    operations = [each for tag in page_of("http://127.0.0.1:8000", ())["tags"] for each in tag["operations"]]
    examples = [(each["operationId"], one) for each in operations for one in each["examples"]]
    assert {name for name, one in examples if one.files} >= {"submit_swap", "add_photo", "face_match", "face_rec"}
    for name, example in examples:
        code = compile(example.python("http://127.0.0.1:8000", "KEY"), name, "exec")
        assert set(code.co_names) <= {"requests", "answer", "print", "json", "open", example.method.lower()}
