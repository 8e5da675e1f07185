"""Settings: what the code reads, what .env.example explains, and what the pages say of both."""

import ast
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from faceswap_site import settings as site_settings
from tests.docs import TEXTS
from tests.photos import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
# Written like settings: numpy's, uvicorn's, compose.yaml's, tests', and a place to fill in.
OTHERS = {
    "Q_CLUSTER_NAME",
    *("OPENBLAS_NUM_THREADS", "FORWARDED_ALLOW_IPS", "DATABASE_PASSWORD"),
    *("PYTHON_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE", "DLIB_SHA256"),
    *("FUZZ_EXAMPLES", "HYPOTHESIS_PROFILE", "PERSON_ID"),
}


def read() -> set[str]:
    """The names that settings.py asks the environment for."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "faceswap_site" / "settings.py").read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.")
    ]
    return {name for call in calls for name in re.findall(r"^'([A-Z0-9_]+)'$", ast.unparse(call.args[0]))}


def explained() -> dict[str, str]:
    """The names in .env.example with their values; without a value where a default is only described."""
    lines = re.findall(r"^# ([A-Z][A-Z0-9_]+)=(\S*(?: \S+)*)( {2,}\(.*\))?$", EXAMPLE, re.M)
    return {name: "" if described else value for name, value, described in lines}


def settings_with(environment: dict[str, str]) -> dict[str, Any]:
    """All settings as text, in a process that has no .env."""
    program = (
        "import environ, json; environ.Env.read_env = lambda *_, **__: None\n"
        "from faceswap_site import settings\n"
        "print(json.dumps({name: repr(value) for name, value in vars(settings).items() if name.isupper()}))"
    )
    clean = {name: value for name, value in os.environ.items() if name not in explained()}
    clean["PYTHONHASHSEED"] = "0"  # or sets are written in an order of their own each time
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def test_every_setting_is_explained_and_no_other() -> None:
    assert len(read()) > 50
    assert explained().keys() == read()


def test_the_values_there_are_the_defaults() -> None:
    # DEBUG and SECRET_KEY ask for others as soon as they are set, whatever they are set to.
    written = {name: value for name, value in explained().items() if value and name not in {"DEBUG", "SECRET_KEY"}}
    assert len(written) > 30
    assert settings_with(written) == settings_with({})


def test_an_empty_value_is_the_default_too() -> None:
    empty = {name: "" for name, value in explained().items() if not value and name != "SECRET_KEY"}
    assert len(empty) > 10
    assert settings_with(empty) == settings_with({})


@pytest.mark.parametrize("page", TEXTS)
def test_a_page_names_only_settings_that_are_there(page: str) -> None:
    text = re.sub(r"S3_…", "", TEXTS[page])
    named = set(re.findall(r"(?<![\w/{$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w/])", text))
    assert named - read() - vars(site_settings).keys() - OTHERS == set()


@pytest.mark.parametrize("page", TEXTS)
def test_a_default_in_a_page_is_the_default(page: str) -> None:
    for name, value in re.findall(r"`?\b([A-Z][A-Z0-9_]{3,})`? \((\d[\d.]*)\)", TEXTS[page]):
        default = explained()[name]
        assert float(value) == float(default) / (100 if name.endswith("_PERCENT") and float(value) < 1 else 1), name
