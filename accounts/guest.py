"""The built-in account under which surfaces run that the operator opened to everyone (OPEN_ACCESS)."""

from django.contrib.auth.hashers import make_password

from .models import User

USERNAME = "guest"


def guest_account() -> User:
    """Return the guest, who can't sign in, owns no points and needs none."""
    guest, _ = User.objects.get_or_create(username=USERNAME, defaults={"password": make_password(None)})
    return guest
