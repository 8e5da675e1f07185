"""An engine process: `python -m swaps.live.engine_process` takes messages on its input and answers on its output.

With the word `aside` behind it, it takes what others leave of the machine: that one prepares face photos.
It imports no Django. It ends when its input ends, which is when the web process closes it or dies, however it dies.
"""

import os
import pickle
import signal
import sys
from typing import Any, BinaryIO

from faceswap_site.lib.errors import DomainError
from recognition.engine import decode_photo
from recognition.engine.weights import detector, predictor

from . import pipe
from .frame_swap import FrameSwap, LiveOptions
from .pipe import PipeMessage
from .source import live_source


class Engine:
    """The sessions of one process; each message names an action and, mostly, a session."""

    def __init__(self) -> None:
        self.sessions: dict[str, FrameSwap] = {}

    def answer(self, message: PipeMessage) -> PipeMessage:
        """Do what a message asks; a DomainError becomes an answer with its code and words."""
        try:
            answer: PipeMessage = getattr(self, f"do_{message.header['do']}")(*message)
        except DomainError as error:
            answer = PipeMessage(
                {"error": str(error), "code": error.code, "case": error.case, "details": error.details}
            )
        return answer

    def do_frame(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        done = self.sessions[message["session"]].process(body, at=message["at"], cleared=message["cleared"])
        header: dict[str, Any] = {"error": done.error}
        if done.descriptor is not None:
            header |= {"face": done.face, "descriptor": [float(value) for value in done.descriptor]}
        return PipeMessage(header, done.jpeg)

    def do_prepare(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        """Make a face photo ready; the web process keeps the result, so that any process can take the session over."""
        photo = decode_photo(body, name="face photo", max_bytes=message["max_bytes"], max_pixels=message["max_pixels"])
        face, descriptor = live_source(photo.rgb)
        header = {"descriptor": [float(value) for value in descriptor]}
        return PipeMessage(header, pickle.dumps(face, pickle.HIGHEST_PROTOCOL))

    def do_load_source(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        # Only what do_prepare wrote comes back here: over a pipe that nobody else can write to.
        self._session(message).load_source(pickle.loads(body) if body else None)
        return PipeMessage({})

    def do_options(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        session = self._session(message)
        session.options = LiveOptions(**message["options"])
        return PipeMessage({})

    def do_close(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        self.sessions.pop(message["session"], None)
        return PipeMessage({})

    def _session(self, message: dict[str, Any]) -> FrameSwap:
        return self.sessions.setdefault(message["session"], FrameSwap())


def _read(stream: BinaryIO) -> PipeMessage | None:
    prefix = stream.read(pipe.LENGTHS.size)
    if len(prefix) < pipe.LENGTHS.size:
        return None
    head, body = pipe.lengths(prefix)
    header, data = stream.read(head), stream.read(body)
    return pipe.unpack(header, data) if len(data) == body else None


def main() -> None:
    """Answer messages until the input ends."""
    if "aside" in sys.argv[1:]:
        os.nice(10)
    # Ctrl-C reaches the whole group; the web process decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    detector(), predictor()
    engine = Engine()
    answers.write(pipe.pack({"ready": True}))
    answers.flush()
    try:
        while message := _read(sys.stdin.buffer):
            answer = engine.answer(message)
            answers.write(pipe.pack({"id": message.header["id"], **answer.header}, answer.body))
            answers.flush()
    except BrokenPipeError:
        return  # the web process is gone


if __name__ == "__main__":
    main()
