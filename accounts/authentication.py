"""Who sends an API request: the owner of the key in its Authorization header."""

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from faceswap_site.errors import DomainError

from .guest import open_access_account
from .keys import KeyRefused, find_api_key
from .models import ApiKey, User


class NoKey(DomainError):
    code = "no_key"


class ScopeMissing(DomainError):
    code = "scope_missing"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY` or `Token KEY`, in any case.

    A view that can let everyone in names its surface in `open_surface`; the operator opens it with OPEN_ACCESS, and
    requests without a key then run on the account for that. A key that is sent counts all the same.
    """

    keywords = ("bearer", "token")

    def authenticate(self, request: Request) -> tuple[User, ApiKey | None]:
        text = self.key_text(request)
        key = find_api_key(text) if text else None
        if key is not None:
            return key.owner, key
        if text:
            raise KeyRefused(_("This is no key of this site: they begin with fs_live_. Make one on /account/keys/."))
        surface = getattr((request.parser_context or {}).get("view"), "open_surface", "")
        if surface in settings.OPEN_ACCESS:
            return open_access_account(), None
        raise NoKey(_("Send your API key: Authorization: Bearer KEY. You make keys on /account/keys/."))

    def key_text(self, request: Request) -> str:
        """The key as the request spells it; empty where there is none."""
        keyword, _space, text = request.headers.get("Authorization", "").strip().partition(" ")
        return text.strip() if keyword.lower() in self.keywords else ""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def require_scope(key: ApiKey | None, scope: str) -> None:
    """Raise ScopeMissing where a key may not do this. The guest has no key and no scopes to lack."""
    if key is not None and scope not in key.scopes:
        raise ScopeMissing(
            _("This key may not do that: it lacks the scope “%(scope)s”. Make another key on /account/keys/.")
            % {"scope": scope},
            scope=scope,
        )
