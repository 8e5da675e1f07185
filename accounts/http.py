"""What a view behind `login_required` may rely on."""

from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """A request whose person is known; for annotations only."""

    user: User
