"""How the OpenAPI document describes an operation. A module of its own: the framework's settings name it."""

from django.conf import settings
from drf_spectacular.openapi import AutoSchema


class OperationSchema(AutoSchema):  # type: ignore[misc]
    """An operation as the document describes it."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Who may call: a key's owner; without a key anyone where the operator opened the surface."""
        keys = [requirement for requirement in super().get_auth() if requirement]
        is_open = getattr(self.view, "open_surface", "") in settings.OPEN_ACCESS
        return [*keys, {}] if keys and is_open else keys
