"""Who sends an API request: the owner of the key in its headers."""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from faceswap_site.lib.errors import DomainError

from .keys import KeyRefused, find_api_key
from .models import ApiKey, User
from .sign_in.guest import open_access_account

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
KEYWORDS = ("bearer", "token")


class ScopeMissing(DomainError):
    code = "scope_missing"


class KeyAuthentication(BaseAuthentication):
    """A key in the headers of a request, as `key_in` reads it.

    A view that can let everyone in names its surface in `open_surface`; the operator opens it with OPEN_ACCESS, and
    requests without a key then run on the account for that. A key that is sent counts all the same.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey | None]:
        text = key_in(request.headers)
        key = find_api_key(text) if text else None
        if key is not None:
            return key.owner, key
        if text:
            raise KeyRefused(case="foreign")
        surface = getattr((request.parser_context or {}).get("view"), "open_surface", "")
        if surface in settings.OPEN_ACCESS:
            return open_access_account(), None
        raise DomainError("no_key")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def key_in(headers: Mapping[str, str]) -> str:
    """The key as a request spells it, in `Authorization: Bearer KEY` (or `Token KEY`) or in `X-API-Key: KEY`.

    Parameters
    ----------
    headers
        With names in lower case, or in any where the mapping doesn't mind.

    Returns
    -------
    str
        Empty where there is none.
    """
    keyword, _space, text = headers.get("authorization", "").strip().partition(" ")
    return text.strip() if keyword.lower() in KEYWORDS else headers.get("x-api-key", "").strip()


def require_scope(key: ApiKey | None, scope: str) -> None:
    """Raise ScopeMissing where a key may not do this. The guest has no key and no scopes to lack."""
    if key is not None and scope not in key.scopes:
        raise ScopeMissing(scope=scope)


class HasScope(BasePermission):
    """Whether a request's key may do what it asks for: by method, as `view.scopes` says, and else "read"."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = request.method or ""
        if hasattr(view, method.lower()):  # any other is answered with 405
            require_scope(cast("ApiKey | None", request.auth), view.scopes.get(method, ApiKey.Scope.READ))
        return True


class SignedInRequest(HttpRequest):
    """A request whose person is known; for annotations only."""

    user: User
    htmx: HtmxDetails


def signed_in_only(*methods: str) -> Callable[[View], View]:
    """A page for people who are signed in, asked by one of these methods; others are led to signing in first."""
    return lambda view: login_required(require_http_methods(methods)(view))


def account_of(request: HttpRequest) -> User:
    """Who is signed in, in a view that lets nobody else in, such as those of the admin site."""
    return cast("User", request.user)


def network_of(request: HttpRequest) -> str:
    """The neighbourhood of a request's address, which one person may have whole: 24 bits of IPv4, 64 of IPv6."""
    address = address_of(request)
    return address if ":" in address else address.rpartition(".")[0] or address


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for limits: of IPv6 the network of 64 bits, since every household has one."""
    text: str = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(address.ipv4_mapped or ipaddress.ip_network((address.packed[:8] + bytes(8), 64)))
