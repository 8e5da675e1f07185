"""How uvicorn treats a connection here: one whose header fields don't end is closed. `--http` takes this class's name.

uvicorn itself waits for them for ever, and keeps all of them that come.
"""

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Protocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as Protocol

# Long enough for a connection that a browser opens before it knows what it will ask for.
SECONDS_FOR_HEADERS = 10.0
# Django and nginx take some 16 KB; those of a browser with all its cookies are some kilobytes.
MOST_BYTES_OF_HEADERS = 64 * 1024
# With files and the database, this stays under the 1024 open files that systems give a process by default.
MOST_CONNECTIONS = 900


class PatientProtocol(Protocol):
    """uvicorn's own protocol, which is patient only so long."""

    _waiting: asyncio.TimerHandle | None = None
    _bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        before: Any = getattr(self, "cycle", None)  # there is none before the first request
        idle = before is None or before.response_complete
        super().data_received(data)
        if self.cycle is not before:
            self._stop_waiting()
        elif idle:
            self._wait()
            self._bytes += len(data)
            if self._bytes > MOST_BYTES_OF_HEADERS:
                self._give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(SECONDS_FOR_HEADERS, self._give_up)
            self._bytes = 0

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._stop_waiting()
        if self.transport.get_protocol() is self:  # it may have become a web socket
            self.transport.close()
