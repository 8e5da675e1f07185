"""What the views share that know who asks: an account by its key, or a guest where the operator lets everyone in."""

from typing import cast

from accounts.models import ApiKey, User
from faceswap_site.lib.api.view import SurfaceView


class AccountView(SurfaceView):
    """A view that somebody's account calls; which one, the authentication in the settings finds out."""

    @property
    def account(self) -> User:
        return cast("User", self.request.user)

    @property
    def key(self) -> ApiKey | None:
        return cast("ApiKey | None", self.request.auth)

    @property
    def is_guest(self) -> bool:
        """Whether this came without a key, which only surfaces let in that are open to everyone: it costs nothing."""
        return self.key is None
