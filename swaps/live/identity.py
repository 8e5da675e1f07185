"""Who is behind a request or a connection to the live page, their language, and whether their page may talk to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

from accounts.authentication import key_in, require_scope
from accounts.keys import find_api_key
from accounts.models import ApiKey, User

from .guests import guest_in


@dataclass(frozen=True)
class Who:
    """A person: one name for all their connections, and their account unless they are a guest."""

    identity: str
    account: User | None


def who_is(headers: Mapping[str, str], *, address: str, guest: str = "") -> Who | None:
    """The person behind a request, by key or by cookie; None where nobody may come in without either.

    Parameters
    ----------
    headers : mapping
        With names in lower case, or in any where the mapping doesn't mind.
    address : str
        The client's; a guest whose client keeps no cookies is known by it.
    guest : str
        Whom a cookie names that the headers don't hold yet.

    Raises
    ------
    KeyRefused, ScopeMissing
        For a key that doesn't open this.
    """
    key = find_api_key(key_in(headers))
    if key is not None:
        require_scope(key, ApiKey.Scope.SWAP)
        return Who(f"account:{key.owner.pk}", key.owner)
    cookie = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    store = import_module(settings.SESSION_ENGINE).SessionStore(cookie) if cookie else None
    if store is not None:
        request = HttpRequest()
        request.session = store
        user = get_user(request)
        if isinstance(user, User) and user.is_active:
            return Who(f"account:{user.pk}", user)
    if "live" not in settings.OPEN_ACCESS:
        return None
    guest = guest or guest_in(headers.get("cookie", ""))
    return Who(f"guest:{guest}" if guest else f"address:{address}", None)


def is_own_page(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a page of ours, of a trusted host, or from no page at all."""
    host = headers.get("host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]):
        return False
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    parts = urlsplit(origin)
    if parts.netloc and parts.netloc == host:
        return True
    for trusted in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS):
        if parts.scheme == trusted.scheme and is_same_domain(parts.netloc, trusted.netloc.lstrip("*")):
            return True
    return False
