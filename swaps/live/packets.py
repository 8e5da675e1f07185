"""What strangers send over the socket, bounded before anything is made of it; a bad packet costs a line of the log."""

import contextlib
import json
import logging
import traceback
from typing import Any

import socketio

from faceswap_site.lib.http.waiting import App, Receive, Scope, Send

logger = logging.getLogger(__name__)

# The largest event of the protocol has an object in a list. A frame's base64 holds neither brackets nor many commas.
MOST_BRACKETS = 100
MOST_COMMAS = 1000


class BadPacket(ValueError):
    """No packet of the protocol."""


class BoundedJSON:
    """The json module for packets of a few values: nesting and length are looked at before they are parsed."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str) -> Any:
        if text.count("[") + text.count("{") > MOST_BRACKETS or text.count(",") > MOST_COMMAS:
            raise BadPacket("the packet has too many parts")
        try:
            return json.loads(text)
        except ValueError as error:
            raise BadPacket("the packet is no JSON") from error


class Packet(socketio.packet.Packet):  # type: ignore[misc]
    """A Socket.IO packet from a stranger."""

    json = BoundedJSON

    def decode(self, encoded_packet: Any) -> Any:
        try:
            return super().decode(encoded_packet)
        except (ValueError, TypeError, IndexError) as error:
            raise BadPacket("this is no Socket.IO packet") from error


def told_shortly(record: logging.LogRecord) -> bool:
    """A filter for the library's logger: that somebody sent nonsense is no fault of ours, and needs no traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ValueError) and _raised_in(error) in {"engineio", "socketio", __name__}:
        record.exc_info, record.levelno, record.levelname = None, logging.INFO, "INFO"
        record.msg, record.args = "a live connection sent a bad packet: %s", (str(error),)
    return True


def _raised_in(error: BaseException) -> str:
    """The package whose code raised an error."""
    frames = list(traceback.walk_tb(error.__traceback__))
    name = str(frames[-1][0].f_globals.get("__name__", "")) if frames else ""
    return name if name == __name__ else name.partition(".")[0]


class NoTraceback:
    """A layer around the Socket.IO server: ends a WebSocket on which something came that the library can't read."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ValueError as error:
            if scope["type"] != "websocket":
                raise
            logger.info("a live connection sent a bad packet: %s", error)
            with contextlib.suppress(RuntimeError):  # the client is gone already
                await send({"type": "websocket.close", "code": 1003})
