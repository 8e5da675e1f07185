"""An engine process: `python -m recognition.engine_processes.child` takes messages on its input and answers them.

A message calls a function, or is for the sessions of whoever started it: `MODULE:CLASS` behind the name makes them.
Without one it takes what others leave of the machine. It reads no settings, and it ends when its input ends, which is
when the web process closes it or dies, however it dies.
"""

import argparse
import os
import pickle
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from faceswap_site.lib.errors import DomainError
from recognition.engine.weights import detector, predictor

from . import limits, pipe
from .pipe import PipeMessage
from .values import packed, told

Answer = Callable[[PipeMessage], PipeMessage]


def named(text: str) -> Any:
    """What `module:name` names."""
    module, _colon, name = text.partition(":")
    return getattr(import_module(module), name)


def call(message: PipeMessage) -> PipeMessage:
    """Call the function that a message names; a DomainError becomes an answer of its own kind."""
    limits.bound_call()
    arguments, by_name = pickle.loads(message.body)  # from the web process, over a pipe that nobody else writes to
    try:
        return PipeMessage({}, packed(named(message.header["function"])(*arguments, **by_name)))
    except DomainError as error:
        return PipeMessage(told(error))
    except MemoryError:
        return PipeMessage({"out_of_memory": True})


def answer(message: PipeMessage, sessions: Answer | None) -> PipeMessage:
    if message.header["do"] == "call":
        return call(message)
    assert sessions is not None, "this engine process keeps no sessions"
    return sessions(message)


def read(stream: BinaryIO) -> PipeMessage | None:
    """The next message; None at the end of the input."""
    prefix = stream.read(pipe.LENGTHS.size)
    if len(prefix) < pipe.LENGTHS.size:
        return None
    head, body = pipe.lengths(prefix)
    header, data = stream.read(head), stream.read(body)
    return pipe.unpack(header, data) if len(data) == body else None


def main() -> None:
    """Answer messages until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sessions", nargs="?")
    parser.add_argument("--pixels", type=int, default=50_000_000, help="of the largest photo")
    options = parser.parse_args()
    limits.bound_memory(options.pixels, firm=not options.sessions)
    sessions: Answer | None = named(options.sessions)().answer if options.sessions else None
    if sessions is None:
        limits.step_aside()
    # Ctrl-C reaches the whole group; the web process decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    detector(), predictor()
    usual = limits.megabytes()
    answers.write(pipe.pack({"ready": True}))
    answers.flush()
    try:
        while message := read(sys.stdin.buffer):
            done = answer(message, sessions)
            answers.write(pipe.pack({"id": message.header["id"], **done.header}, done.body))
            answers.flush()
            del message, done
            limits.keep_little(usual)
    except BrokenPipeError:
        return  # the web process is gone


if __name__ == "__main__":
    main()
