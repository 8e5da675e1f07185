"""How Django runs under ASGI here: a request stays in one thread of a pool from the first middleware to the view.

Django's own handler gives each request a thread, and so a database connection, of its own, and crosses between loop and
thread for each middleware; that cost as much as all the rest of a short request.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Each may hold a database connection and a decoded photo.
THREADS = 16

Chain = Callable[[HttpRequest], HttpResponseBase]


class SizedRequest(ASGIRequest):
    """A request that knows its length: a chunked body has no Content-Length, and parsers take that for no body."""

    def __init__(self, scope: Any, body_file: Any) -> None:
        super().__init__(scope, body_file)
        if "CONTENT_LENGTH" not in self.META:
            self.META["CONTENT_LENGTH"] = str(body_file.seek(0, io.SEEK_END))
            body_file.seek(0)


class PooledHandler(ASGIHandler):
    """Django's ASGI handler with one thread a request, taken from a pool and given back."""

    request_class = SizedRequest

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        chain: Chain = vars(self)["_middleware_chain"]
        self._middleware_chain = sync_to_async(_with_live_connections(chain), thread_sensitive=False, executor=pool)


def _with_live_connections(chain: Chain) -> Chain:
    """Do for a thread of the pool what Django's signals do for the one that they are sent from."""

    def run(request: HttpRequest) -> HttpResponseBase:
        close_old_connections()
        try:
            return chain(request)
        finally:
            close_old_connections()

    return run
