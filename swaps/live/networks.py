"""A live session's face by an operator's networks, in an engine process, which knows no database.

The web process says which files they are (`swaps.engines.running.described`). They are loaded beside the frames, since
half a gigabyte takes seconds in which others who are live on this process want their frames.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from recognition.engine_processes.limits import make_room
from swaps.engine import SwapOptions
from swaps.engine.models.files import loaded
from swaps.engine.models.identity import FacePhoto
from swaps.engine.models.network_face import NetworkFace
from swaps.engine.models.swapper import Networks

logger = logging.getLogger(__name__)

_loading = ThreadPoolExecutor(1, thread_name_prefix="networks")


@dataclass(frozen=True, eq=False)
class Worn:
    """A face as the networks of an engine put it on."""

    engine: str
    face: NetworkFace


def wear(engines: Sequence[dict[str, Any]], photo: FacePhoto, megabytes: int) -> "Future[Worn | None]":
    """Load the first of these engines that can put this face on; None comes where the classic one has to stand in.

    Parameters
    ----------
    engines : sequence of dict
        As `described` makes them, in the order in which they stand in for each other.
    photo : FacePhoto
    megabytes : int
        How much more memory this process may take for them.
    """
    return _loading.submit(_first, list(engines), photo, megabytes)


def _first(engines: list[dict[str, Any]], photo: FacePhoto, megabytes: int) -> Worn | None:
    make_room(megabytes)
    for engine in engines:
        try:
            networks = Networks(
                engine["family"], **{part: loaded(path, digest) for part, (path, digest) in engine["files"].items()}
            )
            how = engine["how"]
            face = NetworkFace(networks, networks.identity([photo]), how["weight"], how["boost"], how["classic"])
            face.put_onto(photo[0].copy(), photo[1], SwapOptions())  # tried, before anybody waits for a frame
        except Exception:  # onnxruntime's errors have no common type, and none may end the session
            logger.exception("engine %s failed; the next one stands in", engine["name"])
            continue
        return Worn(engine["name"], face)
    return None
