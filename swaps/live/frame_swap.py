"""One person's live swap without any socket: a camera frame in, the swapped frame out."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from recognition.engine.descriptors import describe_landmarks
from recognition.engine.types import ByteImage, Descriptor, Points
from swaps.engine import FaceUnusable, SourceFace, SwapOptions
from swaps.engine.following.smooth_light import Followed
from swaps.engine.following.tracking import Tracker
from swaps.engine.label import draw_label
from swaps.engine.models.identity import FacePhoto
from swaps.engine.options import Mouth, check_flags
from swaps.engine.paint import paint
from swaps.engine.plan import plan_swap
from swaps.engine.presets import PresetName

from .frames import BadFrame, decode_frame, encode_frame
from .networks import Worn, wear

logger = logging.getLogger(__name__)

NO_SOURCE = "No source face uploaded"
NO_FACE = "No face detected in frame"
UNKNOWN_FACE = "This face was not looked at yet"
ENGINE_LOADING = "The engine is being loaded"
CLASSIC = "classic"


@dataclass(frozen=True)
class LiveOptions:
    """How frames are swapped, as `SwapOptions` says it, and whether each one says that it was made with AI.

    Raises
    ------
    OptionError
        From the constructor.
    """

    strength: float = SwapOptions.strength
    mouth: Mouth = SwapOptions.mouth
    face_shape: float = SwapOptions.face_shape
    forehead: bool = SwapOptions.forehead
    match_colour: bool = SwapOptions.match_colour
    preset: PresetName = SwapOptions.preset
    label: bool = False

    def __post_init__(self) -> None:
        check_flags(self)
        self.of_a_swap()

    def of_a_swap(self) -> SwapOptions:
        """Those that each frame is swapped by; its detail is left as it is."""
        return SwapOptions(
            strength=self.strength,
            mouth=self.mouth,
            face_shape=self.face_shape,
            forehead=self.forehead,
            match_colour=self.match_colour,
            match_detail=False,
            preset=self.preset,
        )


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
    engine : str
        Which engine made a swapped frame: another than was asked for where that one could not.
    """

    jpeg: bytes
    error: str = ""
    face: str = ""
    descriptor: Descriptor | None = None
    engine: str = CLASSIC


class FrameSwap:
    """Follows one face and paints another over it, frame by frame."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.options = LiveOptions()
        self.tracker = Tracker()
        self.quality = 85
        self._clock = clock
        self._source: SourceFace | None = None
        self._cadence = Followed()
        self._name = token_hex(8)  # so that no two sessions give faces the same name
        self._photo: FacePhoto | None = None
        self._engines: list[dict[str, Any]] = []
        self._megabytes = 0
        self._worn: Future[Worn | None] | None = None  # None while the classic engine is asked for

    def load_source(self, face: SourceFace | None, photo: FacePhoto | None = None) -> None:
        """Take the face to put on, and its photo for operators' networks; None takes it off."""
        self._source, self._photo, self._cadence = face, photo, Followed()
        self._put_on()

    def use(self, engines: list[dict[str, Any]], megabytes: int = 0) -> None:
        """From now on swap by the first of these engines that can; by the classic one where there is none.

        See `swaps.live.networks.wear`.
        """
        if engines != self._engines:
            self._engines, self._megabytes = engines, megabytes
            self._put_on()

    def _put_on(self) -> None:
        wanted = self._engines and self._photo is not None
        self._worn = wear(self._engines, self._photo, self._megabytes) if wanted and self._photo else None

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
        if self._source is None:
            return Processed(frame, NO_SOURCE)
        if self._worn is not None and not self._worn.done():
            return Processed(frame, ENGINE_LOADING)
        at = self._clock() if at is None else at
        try:
            picture = decode_frame(frame)
        except BadFrame as error:
            return Processed(frame, str(error))
        landmarks = self.tracker.follow(picture, at)
        if landmarks is None:
            self._cadence = Followed()
            return Processed(frame, NO_FACE)
        face = f"{self._name}-{self.tracker.finds}"
        if cleared is not None and cleared != face:
            return Processed(frame, UNKNOWN_FACE, face, describe_landmarks(picture, landmarks))
        engine = CLASSIC
        if self.options.strength:
            try:
                engine = self._paint(self._source, picture, landmarks, at)
            except FaceUnusable:
                return Processed(frame, NO_FACE)
        elif not self.options.label:
            return Processed(frame)
        if self.options.label:
            draw_label(picture)
        return Processed(encode_frame(picture, self.quality), engine=engine)

    def _paint(self, source: SourceFace, picture: ByteImage, landmarks: Points, at: float) -> str:
        """Change the face of a picture in place; the name of the engine that did."""
        worn = self._worn.result() if self._worn is not None else None
        if worn is not None:
            before = picture.copy()
            try:
                worn.face.put_onto(picture, landmarks, self.options.of_a_swap())
            except FaceUnusable:
                raise
            except Exception:  # onnxruntime's errors have no common type, and none may end the session
                logger.exception("engine %s failed; the classic one stands in", worn.engine)
                self._worn, picture[:] = None, before
            else:
                return worn.engine
        self._cadence.at = at
        paint(picture, plan_swap(source, picture, landmarks, self.options.of_a_swap(), self._cadence))
        return CLASSIC
