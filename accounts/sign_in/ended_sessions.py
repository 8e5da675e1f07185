"""What is left of sessions that ended by themselves: neither Django nor allauth deletes it."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

EVERY_SECONDS = 24 * 3600


def forget_ended_sessions() -> None:
    """Delete sessions that are over, with the address and browser noted about each, once a day. Part of the sweep."""
    if not cache.add("ended-sessions-turn", True, timeout=EVERY_SECONDS):
        return
    SessionStore.clear_expired()
    new = timezone.now() - timedelta(hours=1)  # signing in notes a session before it is written
    living = Session.objects.values("session_key")
    UserSession.objects.filter(last_seen_at__lt=new).exclude(session_key__in=living).delete()
