"""How many pixels the photos of one request, or of one job, may have, and how many the web process holds decoded."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from recognition.engine.budget import Gate, one_request

# Each as large as a photo may be: five photos of one person and one to change, as phones take them, are half of that.
PHOTOS_A_REQUEST = 4
# What is decoded takes up to 7 bytes a pixel: with 50 megapixels a photo, two of them take 700 MB.
PHOTOS_AT_A_TIME = 2

_gate = Gate(PHOTOS_AT_A_TIME * settings.MAX_PHOTO_PIXELS)
# Of photos that were fetched, one is decoded at a time; nobody waits for an answer meanwhile.
SECONDS_UNTIL_DECODED = 60.0
_fetched_gate = Gate(settings.MAX_PHOTO_PIXELS, patience=SECONDS_UNTIL_DECODED)


def pixels_of_a_request() -> AbstractContextManager[None]:
    """While a request is answered, its photos are counted, and decoded as there is room in the process."""
    return one_request(PHOTOS_A_REQUEST * settings.MAX_PHOTO_PIXELS, _gate)


def pixels_of_a_job() -> AbstractContextManager[None]:
    """While a job is worked on, its photos are counted, those too that are fetched; a worker has one job at a time."""
    return one_request(PHOTOS_A_REQUEST * settings.MAX_PHOTO_PIXELS)


def pixels_of_a_fetch() -> AbstractContextManager[None]:
    """While the photos of a job are fetched, they are counted, and written anew as there is room in the process."""
    return one_request(PHOTOS_A_REQUEST * settings.MAX_PHOTO_PIXELS, _fetched_gate)


class PixelBudgets:
    """Middleware: every request has its budget."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with pixels_of_a_request():
            return self.get_response(request)
