"""The ASGI application that uvicorn serves."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")

django_application = get_asgi_application()

from faceswap_site.waiting import App, Waiting  # noqa: E402 - Django must be set up first
from swaps.api_wait import ended_jobs  # noqa: E402

application = Waiting(cast("App", django_application), ended_jobs)
