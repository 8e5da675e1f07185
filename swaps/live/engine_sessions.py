"""The live sessions inside of an engine process: each message names an action and, mostly, a session."""

import pickle
from typing import Any

from faceswap_site.lib.errors import DomainError
from recognition.engine_processes.pipe import PipeMessage
from recognition.engine_processes.values import told

from .frame_swap import FrameSwap, LiveOptions


class Sessions:
    """The sessions of one process."""

    def __init__(self) -> None:
        self.sessions: dict[str, FrameSwap] = {}

    def answer(self, message: PipeMessage) -> PipeMessage:
        """Do what a message asks; a DomainError becomes an answer with its code and words."""
        try:
            answer: PipeMessage = getattr(self, f"do_{message.header['do']}")(*message)
        except DomainError as error:
            answer = PipeMessage(told(error))
        return answer

    def do_frame(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        done = self.sessions[message["session"]].process(body, at=message["at"], cleared=message["cleared"])
        header: dict[str, Any] = {"error": done.error, "engine": done.engine}
        if done.descriptor is not None:
            header |= {"face": done.face, "descriptor": [float(value) for value in done.descriptor]}
        return PipeMessage(header, done.jpeg)

    def do_load_source(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        # Only what prepared_source packed comes back here: over a pipe that nobody else can write to.
        face = pickle.loads(body) if body else None
        self._session(message).load_source(face.source if face else None, face.photo if face else None)
        return PipeMessage({})

    def do_options(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        session = self._session(message)
        session.options = LiveOptions(**message["options"])
        session.use(message["engines"], message["megabytes"])
        return PipeMessage({})

    def do_close(self, message: dict[str, Any], body: bytes) -> PipeMessage:
        self.sessions.pop(message["session"], None)
        return PipeMessage({})

    def _session(self, message: dict[str, Any]) -> FrameSwap:
        return self.sessions.setdefault(message["session"], FrameSwap())
