"""The ASGI application that uvicorn serves: Django, and beside it the live page's Socket.IO at /socket.io/."""

import io
import os
from typing import Any, cast

import django
from django.core.handlers.asgi import ASGIHandler, ASGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")

# First of all: what follows asks models and settings that only exist once Django is set up.
django.setup(set_prefix=False)

import socketio  # noqa: E402
from django.conf import settings  # noqa: E402

from faceswap_site.bodies import BoundedBodies, Limit  # noqa: E402
from faceswap_site.waiting import App, Waiting  # noqa: E402
from swaps.api_wait import ended_jobs  # noqa: E402
from swaps.live import server  # noqa: E402
from swaps.live.views import BODY_LIMIT  # noqa: E402


class SizedRequest(ASGIRequest):
    """A request that knows its length: a chunked body has no Content-Length, and parsers take that for no body."""

    def __init__(self, scope: Any, body_file: Any) -> None:
        super().__init__(scope, body_file)
        if "CONTENT_LENGTH" not in self.META:
            self.META["CONTENT_LENGTH"] = str(body_file.seek(0, io.SEEK_END))
            body_file.seek(0)


class Handler(ASGIHandler):
    request_class = SizedRequest


pages = Waiting(cast("App", Handler()), ended_jobs)
application = socketio.ASGIApp(
    server.sio,
    BoundedBodies(pages, default=Limit(settings.DATA_UPLOAD_MAX_MEMORY_SIZE), limits={"/upload_source": BODY_LIMIT}),
    on_shutdown=server.stop,
)
