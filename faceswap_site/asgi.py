"""The ASGI application that uvicorn serves: Django, and beside it the live page's Socket.IO at /socket.io/."""

import gc
import os
import sys
import tempfile
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")

# First of all: what follows asks models and settings that only exist once Django is set up.
django.setup(set_prefix=False)

import socketio  # noqa: E402
from django.conf import settings  # noqa: E402

from faceswap_site.lib.http.bodies import BoundedBodies  # noqa: E402
from faceswap_site.lib.http.handler import PooledHandler  # noqa: E402
from faceswap_site.lib.http.liveness import Liveness  # noqa: E402
from faceswap_site.lib.http.waiting import App, HeldAnswers  # noqa: E402
from faceswap_site.ops.body_limits import limit_of  # noqa: E402
from faceswap_site.ops.lanes import lane_of  # noqa: E402
from faceswap_site.ops.refusals import tell  # noqa: E402
from swaps.api.waiting import ended_jobs  # noqa: E402
from swaps.live import server  # noqa: E402
from swaps.live.guests import GuestCookies  # noqa: E402
from swaps.live.packets import NoTraceback  # noqa: E402

# Large bodies and archives lie on a disk for a moment: on the site's own, not on whichever /tmp is.
tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
pages = cast("App", PooledHandler(lane_of=lane_of, tell=tell))
site = BoundedBodies(HeldAnswers(pages, ended_jobs), limit_of=limit_of)
live = socketio.ASGIApp(server.sio, site, on_startup=server.start, on_shutdown=server.stop)
application = Liveness(GuestCookies(NoTraceback(live)))
# Threads that compute hand the interpreter on five times as often as they would: the loop asks for it many times until
# a request is read and answered, and each time waits for all of them.
sys.setswitchinterval(0.001)

gc.freeze()  # what is loaded by now stays: each collection looking through it again took a thirtieth of all time
