"""An error names the field and says what is wanted, in a sentence of its own; nothing of a schema shows through."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from faceswap_site.lib.api.problems import BadRequest
from faceswap_site.lib.api.schema import check, published
from faceswap_site.lib.api.schema_errors import WANTED
from faceswap_site.lib.error_messages import spoken
from faceswap_site.urls import urlpatterns

from .conftest import ApiClient

assert urlpatterns  # with them every surface publishes its schemas

PHOTO, FACE = {"base64": "AAAA"}, {"base64": "AAAA"}
WRONG: list[tuple[str, Any, str, str]] = [
    ("SwapRequest", [], "/", "The body must be a JSON object."),
    ("SwapRequest", {"face": FACE}, "/target", "`target` is missing."),
    ("SwapRequest", {"target": PHOTO}, "/", "One of these is missing: `face`, `faces`."),
    (
        "SwapRequest",
        {"target": {}, "face": FACE},
        "/target",
        "One of these is missing: `target.url`, `target.base64`, `target.id`.",
    ),
    (
        "SwapRequest",
        {"target": {"url": "http://e.org/", "base64": "AAAA"}, "face": FACE},
        "/target/base64",
        "`target.base64` can't be sent together with `target.url`: send one of them.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": FACE, "faces": [FACE]},
        "/faces",
        "`faces` can't be sent together with `face`: send one of them.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "faces": [FACE, {**FACE, "index": 1, "reference": PHOTO}]},
        "/faces/1/reference",
        "`faces[1].reference` can't be sent together with `faces[1].index`: send one of them.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": {**FACE, "index": -1}},
        "/face/index",
        "`face.index` must be a whole number from 0 to 999.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": {**FACE, "index": "0"}},
        "/face/index",
        "`face.index` must be a whole number from 0 to 999.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": FACE, "targte": 1},
        "/targte",
        "There is no field `targte`. Did you mean `target`?",
    ),
    ("SwapRequest", {"target": PHOTO, "face": FACE, "zzz/~": 1}, "/zzz~1~0", "There is no field `zzz/~`."),
    ("SwapRequest", {"target": PHOTO, "face": FACE, "%(n)d %s": 1}, "/%(n)d %s", "There is no field `%(n)d %s`."),
    (
        "SwapRequest",
        {"target": PHOTO, "face": FACE, "callback_url": "ftp://e.org"},
        "/callback_url",
        "`callback_url` must be a web address of at most 2000 characters that begins with http:// or https://.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": FACE, "options": {"strength": 2}},
        "/options/strength",
        "`options.strength` must be a number from 0 to 1.",
    ),
    (
        "SwapRequest",
        {"target": PHOTO, "face": FACE, "options": {"forehead": "yes"}},
        "/options/forehead",
        "`options.forehead` must be true or false.",
    ),
    ("SwapRequest", {"target": PHOTO, "faces": []}, "/faces", "`faces` must be a list of 1 to 32 entries."),
    ("Options", {"blend": "soft"}, "/blend", "`blend` must be one of: "),
    (
        "CompareRequest",
        {"one": PHOTO, "other": PHOTO, "threshold": "strct"},
        "/threshold",
        "`threshold` must be a number from 0.2 to 1 or one of: default, strict.",
    ),
    ("NewPerson", {"name": "", "consent": {"basis": "consent"}}, "/name", "`name` must be a name of 1 to 100 "),
    ("NewPerson", {"name": "Ada", "consent": {"basis": "x"}}, "/consent/basis", "`consent.basis` must be one of: "),
]


@pytest.mark.parametrize(("schema", "body", "pointer", "sentence"), WRONG, ids=[row[3] for row in WRONG])
def test_the_sentence_names_the_field_and_what_is_wanted(schema: str, body: Any, pointer: str, sentence: str) -> None:
    with pytest.raises(BadRequest) as raised:
        check(body, schema)
    assert raised.value.details["pointer"] == pointer
    assert spoken(raised.value).startswith(sentence)
    with translation.override("zh-hans"):
        assert spoken(raised.value)


def test_it_reaches_the_caller(api: ApiClient) -> None:
    answer = api.post("/api/v1/swaps", {"target": PHOTO, "face": {**FACE, "index": "0"}}).json()
    assert answer["detail"] == "`face.index` must be a whole number from 0 to 999."
    assert answer["errors"] == [{"pointer": "/face/index", "detail": answer["detail"]}]
    answer = api.post("/face/swap", {"source_image_url": "http://e.org/a.jpg"}).json()
    assert answer["error"]["message"] == "`target_image_url` is missing."


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


ANSWERS = re.compile(r"(Result|Task|Faces|Error)$")


@pytest.mark.parametrize("name", [name for name in published() if not ANSWERS.search(name)])
def test_every_pattern_says_in_words_what_it_wants(name: str) -> None:
    assert [part for part in parts(published()[name]) if "pattern" in part and WANTED not in part] == []
