"""Who asks: what a view behind `login_required` may rely on, and where a request comes from."""

import ipaddress

from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """A request whose person is known; for annotations only."""

    user: User


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
