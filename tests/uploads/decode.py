"""Decodes the files named on the command line under limits, and prints a line of JSON about each.

Each file is decoded in a process of its own: a limit that is reached, or a decoder that crashes, touches no other.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from recognition.engine.decoding import decode_photo
from recognition.engine.errors import PhotoError

# Of address space, libraries included: what numpy and Pillow map is most of it.
ADDRESS_SPACE = 1024**3
SECONDS = 20


def peak_kilobytes() -> int:
    """The most memory this process has held so far (proc_pid_status(5): VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def decode(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = path.read_bytes()
    before, started = peak_kilobytes(), time.process_time()
    try:
        decode_photo(data)
        outcome = "ok"
    except PhotoError as error:
        outcome = error.code
    seconds = round(time.process_time() - started, 2)
    answer = {"file": path.name, "outcome": outcome, "seconds": seconds, "kilobytes": peak_kilobytes() - before}
    os.write(1, json.dumps(answer).encode() + b"\n")


def main(paths: list[Path]) -> None:
    for path in paths:
        child = os.fork()
        if not child:
            try:
                decode(path)
            finally:
                os._exit(1)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
