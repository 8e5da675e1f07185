"""One person's live swap without any socket: a camera frame in, the swapped frame out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from recognition.engine.descriptors import describe_landmarks
from recognition.engine.types import Descriptor
from swaps.engine import FaceUnusable, SwapOptions
from swaps.engine.label import draw_label

from .frames import BadFrame, decode_frame, encode_frame
from .render import Painter
from .source import LiveFace
from .tracking import Tracker

NO_SOURCE = "No source face uploaded"
NO_FACE = "No face detected in frame"
UNKNOWN_FACE = "This face was not looked at yet"


@dataclass(frozen=True)
class LiveOptions(SwapOptions):
    """How frames are swapped, and whether each one says in a corner that it was made with AI."""

    label: bool = False


@dataclass(frozen=True)
class Processed:
    """What came of one frame.

    Attributes
    ----------
    jpeg : bytes
        The swapped frame; where nothing was swapped, the very bytes that came.
    error : str
        Why nothing was swapped; empty after a swap.
    face : str
        The name of a face that was described and not changed: one that came, or came back, has a new name.
    descriptor : (128,) float32 or None
        Its description.
    """

    jpeg: bytes
    error: str = ""
    face: str = ""
    descriptor: Descriptor | None = None


class FrameSwap:
    """Follows one face and paints another over it, frame by frame."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.options = LiveOptions()
        self.tracker = Tracker()
        self.quality = 85
        self._clock = clock
        self._painter: Painter | None = None
        self._name = token_hex(8)  # so that no two sessions give faces the same name

    def load_source(self, face: LiveFace | None) -> None:
        """Take the face to put on; None takes it off."""
        self._painter = Painter(face) if face else None

    def process(self, frame: bytes, *, at: float | None = None, cleared: str | None = None) -> Processed:
        """Swap the face of one frame.

        Parameters
        ----------
        frame : bytes
            JPEG, PNG or WebP.
        at : float, optional
            When it was taken, in seconds; the clock's time without it.
        cleared : str, optional
            The only face to change, by its name: any other one is described instead. Without it every face is changed.

        Returns
        -------
        Processed
            A frame that is no picture, shows no face or comes before any face to put on goes back as it came.
        """
        if self._painter is None:
            return Processed(frame, NO_SOURCE)
        at = self._clock() if at is None else at
        try:
            picture = decode_frame(frame)
        except BadFrame as error:
            return Processed(frame, str(error))
        landmarks = self.tracker.follow(picture, at)
        if landmarks is None:
            self._painter.forget()
            return Processed(frame, NO_FACE)
        face = f"{self._name}-{self.tracker.finds}"
        if cleared is not None and cleared != face:
            return Processed(frame, UNKNOWN_FACE, face, describe_landmarks(picture, landmarks))
        if self.options.strength:
            try:
                self._painter.paint(picture, landmarks, self.options, at)
            except FaceUnusable:
                return Processed(frame, NO_FACE)
        elif not self.options.label:
            return Processed(frame)
        if self.options.label:
            draw_label(picture)
        return Processed(encode_frame(picture, self.quality))
