"""The ASGI application that uvicorn serves: Django, and beside it the live page's Socket.IO at /socket.io/."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")

# First of all: what follows asks models and settings that only exist once Django is set up.
django_application = get_asgi_application()

import socketio  # noqa: E402

from faceswap_site.waiting import Waiting  # noqa: E402
from swaps.api_wait import ended_jobs  # noqa: E402
from swaps.live import server  # noqa: E402
from swaps.live.guard import App, limit_body  # noqa: E402
from swaps.live.views import MAX_REQUEST_BYTES  # noqa: E402

pages = Waiting(cast("App", django_application), ended_jobs)
application = socketio.ASGIApp(
    server.sio,
    limit_body(pages, path="/upload_source", limit=MAX_REQUEST_BYTES),
    on_shutdown=server.stop,
)
