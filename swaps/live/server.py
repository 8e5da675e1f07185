"""The live page's Socket.IO: events in, events out; all that happens between is the hub's."""

import asyncio
import contextlib
import logging
import time
from typing import Any
from uuid import uuid4

import socketio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.urls import reverse
from django.utils import translation
from socketio.exceptions import ConnectionRefusedError as Refused

from accounts.models import User
from faceswap_site.lib.error_messages import language_of, spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine_processes.calls import Calls, close_door, open_door
from recognition.registry.protection import anyone_protected

from .guests import guest_of
from .hub import Hub
from .identity import Who, is_own_page, who_is
from .packets import BoundedJSON, Packet, told_shortly
from .pool import Pool
from .sentences import FOREIGN_PAGE, FULL, NOTHING_TO_KEEP, SIGN_IN, SIGN_IN_TO_KEEP, said
from .services import engines_of, keep_snapshot, may_be_used, pay_minute
from .shared_slots import Shared
from .slots import Limits, NoPlaceFree, Silent

logger = logging.getLogger(__name__)

# A frame of 2 MB as base64 and some JSON; what is larger ends the connection, frames between are refused with words.
_MESSAGE_BYTES = 4 * 1024 * 1024
# So many packets that a client hasn't taken yet mean that its line is slower than its camera.
_JAM = 6


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    scope = environ["asgi.scope"]
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _allowed_origin(origin: str, environ: dict[str, Any]) -> bool:
    return is_own_page(_headers(environ))


def _manager() -> Any:
    if not settings.REDIS_URL:
        return None
    return socketio.AsyncRedisManager(settings.REDIS_URL, channel=f"{settings.REDIS_PREFIX}:live")


logging.getLogger("engineio.quiet").addFilter(told_shortly)
sio = socketio.AsyncServer(
    async_mode="asgi",
    client_manager=_manager(),
    cors_allowed_origins=_allowed_origin,
    max_http_buffer_size=_MESSAGE_BYTES,
    serializer=Packet,
    json=BoundedJSON,
    ping_interval=20,
    ping_timeout=20,
    logger=logging.getLogger("socketio.quiet"),
    engineio_logger=logging.getLogger("engineio.quiet"),
)


class SocketConnections:
    """How the hub reaches a connection."""

    async def send(self, sid: str, event: str, payload: dict[str, Any]) -> None:
        # What goes to a connection of this process must not travel through Redis to all others, frames least of all.
        await sio.emit(event, payload, to=sid, ignore_queue=sio.manager.is_connected(sid, "/"))

    async def close(self, sid: str) -> None:
        await sio.disconnect(sid)

    def is_jammed(self, sid: str) -> bool:
        eio_sid = sio.manager.eio_sid_from_sid(sid, "/")
        socket = sio.eio.sockets.get(eio_sid)
        return socket is not None and socket.queue.qsize() > _JAM


async def _pay(account_id: int, over: int) -> bool:
    return bool(await in_database(pay_minute, account_id, over))


class RegistryWatch:
    """Asks the do-not-use list."""

    async def anyone(self) -> bool:
        return bool(await in_database(anyone_protected))

    async def allows(self, account: int | None, descriptor: list[float]) -> bool:
        return bool(await in_database(may_be_used, account, descriptor))


async def in_database(function: Any, *arguments: Any, **named: Any) -> Any:
    """Call a function that asks the database, away from the web loop."""

    def call() -> Any:
        close_old_connections()
        try:
            return function(*arguments, **named)
        finally:
            close_old_connections()

    return await sync_to_async(call)()


limits = Limits(
    fps=settings.LIVE_MAX_FPS,
    sessions=settings.LIVE_MAX_SESSIONS,
    session_seconds=settings.LIVE_SESSION_SECONDS,
    idle_seconds=settings.LIVE_IDLE_SECONDS,
)


def _shared() -> Shared | None:
    if not settings.REDIS_URL:
        return None
    return Shared(settings.REDIS_URL, limits, name=uuid4().hex, prefix=settings.REDIS_PREFIX)


hub = Hub(
    limits=limits,
    pool=Pool(
        settings.LIVE_ENGINES,
        Calls(
            settings.ENGINE_PROCESSES,
            pixels=settings.MAX_PHOTO_PIXELS,
            imports=("recognition.photos.pixels", "swaps.chosen_engine", "swaps.live.engine_sessions"),
        ),
    ),
    connections=SocketConnections(),
    pay=_pay,
    watch=RegistryWatch(),
    shared=_shared(),
    require_label=settings.REQUIRE_LABEL,
    engine_megabytes=settings.ENGINE_MEMORY_MB,
)


async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    headers = _headers(environ)
    language = language_of(headers)
    if not is_own_page(headers):
        raise Refused(said(FOREIGN_PAGE, language), {"reason": "foreign_page"})
    if isinstance(auth, dict) and isinstance(auth.get("key"), str):
        headers["authorization"] = f"Bearer {auth['key']}"
    client = environ["asgi.scope"].get("client") or ("", 0)
    try:
        with translation.override(language):
            guest = guest_of(environ["asgi.scope"])
            who: Who | None = await in_database(who_is, headers, address=client[0], guest=guest)
    except DomainError as error:
        with translation.override(language):
            raise Refused(spoken(error), {"reason": error.code}) from None
    if who is None:
        raise Refused(said(SIGN_IN, language), {"reason": "sign_in"})
    try:
        await hub.enter(sid, who.identity, who.account.pk if who.account else None, language=language)
    except NoPlaceFree as full:
        raise Refused(said(FULL, language, vars(full)), {"reason": "full", "place": full.place}) from None


async def disconnect(sid: str, reason: str = "") -> None:
    await hub.leave(sid)


async def process_frame(sid: str, data: Any = None) -> None:
    await hub.frame(sid, data)


async def clear_source(sid: str, data: Any = None) -> None:
    session = hub.sessions.get(sid)
    if session is not None:
        await hub.clear(session.identity)
        await hub.connections.send(sid, "status_update", {"message": "Source cleared", "reason": "source_cleared"})


async def set_options(sid: str, data: Any = None) -> dict[str, Any]:
    wanted, session = data if isinstance(data, dict) else {}, hub.sessions.get(sid)
    try:
        engines = None
        if session is not None and "engine" in wanted:
            engines = await in_database(engines_of, session.account, wanted)
        hub.set_options(sid, wanted, engines)
    except DomainError as error:
        return {"success": False, "error": spoken(error)}
    return {"success": True}


async def snapshot(sid: str, data: Any = None) -> dict[str, Any]:
    """Keep the newest swapped frame in the person's gallery."""
    session = hub.sessions.get(sid)
    if session is None or not session.last:
        return {"success": False, "error": said(NOTHING_TO_KEEP, session.language if session else "en")}
    if session.account is None:
        return {"success": False, "error": said(SIGN_IN_TO_KEEP, session.language)}
    job = await in_database(_keep, session.account, session.last)
    return {"success": True, "url": reverse("swaps:detail", args=[job.pk])}


def _keep(account_id: int, jpeg: bytes) -> Any:
    return keep_snapshot(owner=User.objects.get(pk=account_id), jpeg=jpeg)


for handler in (connect, disconnect, process_frame, clear_source, set_options, snapshot):
    sio.on(handler.__name__, handler)

_clock: "asyncio.Task[None] | None" = None
_loop: asyncio.AbstractEventLoop | None = None
_silent = Silent(time.monotonic)


async def start() -> None:
    """Called when the web server starts: look after the time limits once a second."""
    global _clock, _loop
    _loop = asyncio.get_running_loop()
    if not settings.FAKE_ENGINE:
        open_door(hub.pool.calls)
    _clock = asyncio.create_task(_tick())


def warm() -> None:
    """Have an engine process started, from any thread: somebody looks at the page and will need one."""
    if _loop is not None:
        _loop.call_soon_threadsafe(hub.pool.warm)


async def _tick() -> None:
    while True:
        await asyncio.sleep(1)
        for look in (hub.tick, _cut_the_silent):
            try:
                await look()
            except Exception:
                logger.exception("looking after the live sessions failed")


async def _cut_the_silent() -> None:
    """End the connections that stand open without having come in."""
    outside = {
        eio_sid: socket
        for eio_sid, socket in sio.eio.sockets.items()
        if not socket.closed and sio.manager.sid_from_eio_sid(eio_sid, "/") is None
    }
    for eio_sid in _silent.overdue(outside):
        # Not sio.eio.disconnect, which waits until the goodbye was taken: whoever polls no more would never take it.
        await outside[eio_sid].close(wait=False)
        await outside[eio_sid].queue.put(None)


async def stop() -> None:
    """Called when the web server stops."""
    if _clock is not None:
        _clock.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await _clock
    close_door()
    await hub.stop()
