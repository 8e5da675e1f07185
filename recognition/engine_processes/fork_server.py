"""Where engine processes come from: a process that has loaded the models once, and forks for whoever asks.

So they start at once and have the models' memory in common. `python -m recognition.engine_processes.fork_server` takes
requests on the socket that is its standard input, one at a time, answers each with a number, and ends when the socket
does, which is when the web process closes it or dies, however it dies; its children end with it.
"""

import argparse
import ctypes
import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from recognition.engine.weights import load_all

from . import child

MOST_BYTES = 4096  # of a request
PR_SET_PDEATHSIG = 1  # prctl(2), Linux only


def fork(connection: socket.socket, server: socket.socket, options: dict[str, Any]) -> int:
    """Fork an engine process that talks over a connection. Returns its process id."""
    parent = os.getpid()
    if pid := os.fork():
        return pid
    try:
        server.close()
        _die_with(parent)
        child.serve(connection, **options)
        os._exit(0)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stderr.flush()
        os._exit(1)


def end(pid: int) -> None:
    """End a child, if it hasn't; until then its number is nobody else's, for no one but us asks how it ended."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def threads() -> int:
    """How many threads this process has; 1 where nobody tells."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return 1


def main() -> None:
    """Fork and end engine processes until the socket ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("imports", nargs="*", help="modules that engine processes will need")
    names = parser.parse_args().imports
    # Ctrl-C reaches the whole group; the web process decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # whatever a library prints goes to the log
    for name in names:
        import_module(name)
    load_all()
    assert threads() == 1, "a process with threads can't be forked: a lock that one of them holds would stay locked"
    gc.collect()
    gc.freeze()  # a collection that looked through what all have in common would copy it
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(server, MOST_BYTES, 1)
        if not data:
            return
        request = json.loads(data)
        if "end" in request:
            end(request["end"])
            answer = request["end"]
        else:
            with socket.socket(fileno=descriptors[0]) as connection:
                answer = fork(connection, server, request)
        server.sendall(b"%d\n" % answer)


if __name__ == "__main__":
    main()
