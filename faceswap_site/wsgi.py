"""The WSGI application, for servers that don't speak ASGI. The live page needs ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")

application = get_wsgi_application()
