"""Guests of the live page: a signed cookie tells those behind one address apart.

The page sets it, and so does the first answer of a connection that begins by polling, as official clients do: it comes
back before they say CONNECT. Who keeps no cookies is known by the address, and is one person with all others there.
"""

from http.cookies import SimpleCookie
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakValueDictionary

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, parse_cookie

from faceswap_site.lib.http.waiting import App, Message, Receive, Scope, Send

COOKIE = "live_guest"
_SIGNER = signing.Signer(salt="live guest")


def guest_in(cookies: str) -> str:
    """The guest whom a Cookie header names; empty where it holds none that we gave out."""
    try:
        name: str = _SIGNER.unsign(parse_cookie(cookies).get(COOKIE, ""))
        return name
    except signing.BadSignature:
        return ""


def keep_guest(response: HttpResponse, guest: str = "") -> None:
    """Give a guest the cookie; a new one unless named."""
    response.set_cookie(COOKIE, _SIGNER.sign(guest or token_hex(12)), **_attributes())


def _attributes() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}


class NewGuest:
    """Somebody who came without the cookie and was given one; `kept` once it came back."""

    def __init__(self) -> None:
        self.name = token_hex(12)
        self.kept = False

    @property
    def header(self) -> tuple[bytes, bytes]:
        cookie = SimpleCookie({COOKIE: _SIGNER.sign(self.name)})
        cookie[COOKIE].update({"path": "/"} | _attributes())
        return b"set-cookie", cookie[COOKIE].OutputString().encode()


class GuestCookies:
    """A layer around the Socket.IO server: gives the cookie to guests who begin to connect, and notes who kept it."""

    def __init__(self, app: App) -> None:
        self.app = app
        # A connection's environment holds its scope, and so the guest, for as long as it lives.
        self._new: WeakValueDictionary[str, NewGuest] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        of_ours = scope["type"] in ("http", "websocket") and scope["path"].startswith("/socket.io")
        if not (of_ours and "live" in settings.OPEN_ACCESS):
            return await self.app(scope, receive, send)
        guest = guest_in(_cookies(scope))
        if guest in self._new:
            self._new[guest].kept = True
        if guest or scope["type"] != "http" or b"sid" in parse_qs(scope["query_string"]):
            return await self.app(scope, receive, send)
        new = scope["live.guest"] = NewGuest()
        self._new[new.name] = new

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), new.header]}
            await send(message)

        await self.app(scope, receive, with_cookie)


def guest_of(scope: Scope) -> str:
    """Whom a connection's cookie names: the one that it came with, or the one that it was given and kept."""
    new: NewGuest | None = scope.get("live.guest")
    return (new.name if new.kept else "") if new is not None else guest_in(_cookies(scope))


def _cookies(scope: Scope) -> str:
    cookies: bytes = dict(scope["headers"]).get(b"cookie", b"")
    return cookies.decode("latin-1")
