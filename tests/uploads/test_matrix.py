"""Every file of the matrix is refused early, or taken for what its first frame shows, in bounded memory and time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.photos import ROOT

from .matrix import CASES

pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("upload_matrix"),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's memory from /proc"),
]
MOST_SECONDS = 1.0
MOST_KILOBYTES = 64 * 1024


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What decoding came to by the name of the case; a case that ended its process is missing."""
    folder = tmp_path_factory.mktemp("matrix")
    files = {str(number): name for number, name in enumerate(CASES)}
    for number, name in files.items():
        (folder / number).write_bytes(CASES[name][0]())
    command = [sys.executable, "-m", "tests.uploads.decode", *(str(folder / number) for number in files)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout
    answers = [json.loads(line) for line in printed.splitlines()]
    return {files[answer["file"]]: answer for answer in answers}


@pytest.mark.parametrize("name", CASES)
def test_the_file_comes_to_what_the_table_says_within_bounds(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    assert name in outcomes, "the decoder's process ended"
    answer = outcomes[name]
    assert answer["outcome"] == CASES[name][1]
    assert answer["seconds"] < MOST_SECONDS
    assert answer["kilobytes"] < MOST_KILOBYTES
