"""What an engine process does: it takes messages on its connection and answers them.

A message calls a function, or is for the sessions of whoever started it. The process reads no settings, and it ends
when its connection ends, which is when the web process closes it or dies, however it dies.
"""

import contextlib
import pickle
import socket
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from faceswap_site.lib.errors import DomainError

from . import limits, pipe
from .pipe import PipeMessage
from .values import packed, told

USUAL_PIXELS = 50_000_000
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


def serve(connection: socket.socket, *, pixels: int = USUAL_PIXELS, sessions: str = "") -> None:
    """Answer messages until the connection ends.

    Parameters
    ----------
    connection : socket.socket
    pixels : int
        Of the largest photo.
    sessions : str
        `module:class` whose `answer` answers what is no call; without one, the process takes what others leave of the
        machine.
    """
    limits.bound_memory(pixels, firm=not sessions)
    kept: Answer | None = named(sessions)().answer if sessions else None
    if kept is None:
        limits.step_aside()
    usual = limits.megabytes()
    with connection.makefile("rb") as messages, connection.makefile("wb") as answers:
        answers.write(pipe.pack({"ready": True}))
        answers.flush()
        with contextlib.suppress(ConnectionError):  # the web process is gone
            while message := read(messages):
                done = answer(message, kept)
                answers.write(pipe.pack({"id": message.header["id"], **done.header}, done.body))
                answers.flush()
                del message, done
                limits.keep_little(usual)
