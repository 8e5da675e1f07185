"""Addresses of this site among the photos that programs name: taken from storage, with the rights the address gives.

A signed link and a public picture are anyone's; a job's own addresses are its owner's, as when they are called.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve

from faceswap_site.lib.fetch import PORTS, AddressRefused
from recognition.engine import Photo
from recognition.photos.intake import Caller
from recognition.photos.stored import load_photo
from swaps.models import SwapJob

from .links import job_of_link, shared_job
from .publishing import public_results


def own_photo(url: str, *, caller: Caller, label: str) -> Photo | None:
    """The result that an address of this site stands for; None where the address leads elsewhere.

    Raises
    ------
    AddressRefused
        Where it has expired, is not this caller's, or stands for no result.
    """
    path = _path_here(url.strip(), caller.site_url)
    if path is None:
        return None
    try:
        place = resolve(unquote(path))
    except Resolver404:
        raise _no_result(label) from None
    if place.view_name not in _PLACES:
        raise _no_result(label)
    job = _PLACES[place.view_name](place.kwargs, caller)
    try:
        if job is not None and job.result:
            return load_photo(job.result, label=label)
    except FileNotFoundError:  # deleted since
        pass
    raise AddressRefused(case="own_gone", label=label)


def _no_result(label: str) -> AddressRefused:
    return AddressRefused(case="own_other", label=label)


def _path_here(url: str, site_url: str) -> str | None:
    """The path of an address that begins with a slash, or with what this site is called."""
    try:
        if not url.startswith("//") and url.startswith("/"):
            return urlsplit(url).path
        return urlsplit(url).path if _host(url) in {_host(site_url), _host(settings.SITE_URL)} - {None} else None
    except ValueError:
        return None


def _host(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    return (parts.hostname, parts.port or PORTS[parts.scheme]) if parts.scheme in PORTS and parts.hostname else None


def _own(parts: dict[str, Any], caller: Caller) -> SwapJob | None:
    try:
        rows = SwapJob.objects.filter(pk=UUID(str(parts["job_id"])), owner=caller.account)
    except ValueError:
        return None
    return rows.first() if caller.may_read else None


def _public(parts: dict[str, Any], _caller: Caller) -> SwapJob | None:
    return public_results().filter(pk=parts["job_id"]).first()


# By the name of an address, how the job is found whose result it stands for.
_PLACES: dict[str, Callable[[dict[str, Any], Caller], SwapJob | None]] = {
    "api:shared_result": lambda parts, _caller: job_of_link(parts["name"]),
    **dict.fromkeys(("api:swap", "api:swap_result", "swaps:detail", "swaps:result", "swaps:download"), _own),
    **dict.fromkeys(("swaps:shared", "swaps:shared_picture"), lambda parts, _caller: shared_job(parts["token"])),
    **dict.fromkeys(("swaps:public", "swaps:public_picture"), _public),
}
