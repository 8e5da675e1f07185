"""/healthz, which says that this process lives: answered by the event loop alone, before anything that may be busy."""

from .waiting import App, Receive, Scope, Send

PATH = "/healthz"
ANSWER = b'{"status": "ok"}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(ANSWER)).encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Liveness:
    """A layer around all others. All but a GET or HEAD of the probe goes on to them."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else ANSWER})
