"""The engine is asked by several threads of one process, as by a web server: it must answer, not end the process."""

import subprocess
import sys

import pytest

from tests.photos import ROOT, sample

SCRIPT = """
import sys, threading
from recognition.engine import decode_photo, describe_faces, find_faces
photos = [decode_photo(open(name, "rb").read()).rgb for name in sys.argv[1:]]
answers = []
def look(photo, mode):
    for _ in range(3):
        answers.append(len(describe_faces(photo, find_faces(photo, mode=mode))))
threads = [threading.Thread(target=look, args=(p, m)) for p in photos for m in ("all", "largest")]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(answers), min(answers))
"""


@pytest.mark.long
def test_threads_take_turns_in_the_models() -> None:
    # In a process of its own: what goes wrong here is a crash, not an exception.
    command = [sys.executable, "-c", SCRIPT, str(sample("obama.jpg")), str(sample("biden.jpg"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.split()) == (0, ["12", "1"]), done.stderr
