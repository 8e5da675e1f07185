"""What the views share that know who asks: an account by its key, or a guest where the operator lets everyone in."""

import json
from typing import cast

from rest_framework.response import Response

from accounts.models import ApiKey, IdempotencyKey, User
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

    def answer_again(self, row: IdempotencyKey) -> Response:
        """For a named request that comes again: what it was answered, word for word."""
        headers = {"Location": row.location} if row.location else None
        return Response(json.loads(str(row.body)), status=row.status, headers=headers)
