"""What administrators did on the admin site, each with the address that it came from; Django's own log has none."""

import logging

from django.http import HttpRequest

from accounts.authentication import account_of, address_of
from accounts.models import User

from .models import AdminAct

logger = logging.getLogger(__name__)


def note(request: HttpRequest, status: int) -> None:
    """Write down a form that an administrator sent, whatever came of it."""
    account, address = account_of(request), address_of(request)
    act = request.POST.get("action", "")[:100]
    # An administrator may have deleted the own account a moment ago.
    if User.objects.filter(pk=account.pk).exists():
        AdminAct.objects.create(account=account, address=address, path=request.path[:300], act=act, status=status)
    logger.info("administrator %s from %s: %s %s %d", account.pk, address, request.path, act, status)
