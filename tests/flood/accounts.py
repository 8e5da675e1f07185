"""Accounts that the flood comes from: each with points, a key and a session; printed as JSON.

Runs in the environment of the site: `python -m tests.flood.accounts COUNT`.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from accounts import keys, points  # noqa: E402
from accounts.models import User  # noqa: E402

POINTS = 100_000


def made(number: int) -> dict[str, str]:
    account = User.objects.create_user(f"flood{number}", f"flood{number}@example.org")
    points.grant(account, POINTS, reason="tests")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    _row, key = keys.issue_api_key(owner=account, name="flood")
    return {"key": key, "session": client.cookies[settings.SESSION_COOKIE_NAME].value}


if __name__ == "__main__":
    json.dump([made(number) for number in range(int(sys.argv[1]))], sys.stdout)
