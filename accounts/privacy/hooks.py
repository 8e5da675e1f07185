"""What other apps do when an account is exported, deleted or keeps its swaps for another time.

Accounts know nothing of the apps above them; settings.ACCOUNT_HOOKS names their functions by dotted path.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def hooks(event: str) -> list[Callable[..., Any]]:
    """The functions for `delete`, `export` or `retention`, in their order; each takes the account."""
    return [import_string(path) for path in settings.ACCOUNT_HOOKS[event]]
