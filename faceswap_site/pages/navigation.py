"""The links of the frame. A link whose page is not part of this installation is left out instead of breaking pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Link:
    """A place to go to: the name of its view, what it is called and its icon in the sprite."""

    view: str
    label: str | Promise
    icon: str = ""
    whole: bool = False  # open, too, on the pages below it


MAIN = (
    Link("swaps:new", _("New swap"), "swap"),
    Link("swaps:gallery", _("Gallery"), "gallery"),
    Link("recognition:recognise", _("Recognise"), "recognise"),
    Link("live", _("Live"), "live"),
    Link("swaps:explore", _("Explore"), "globe"),
)
VISITOR = (Link("swaps:explore", _("Explore"), "globe"), Link("pricing", _("Prices"), "points"))
# On a phone the bottom bar holds four; these fill it up where a main page is not there.
SPARE = (Link("swaps:history", _("History"), "history"), Link("account:overview", _("Account"), "account"))
RECOGNITION = (
    Link("recognition:recognise", _("Recognise"), "recognise"),
    Link("recognition:people", _("People"), "people", whole=True),
    Link("recognition:compare", _("Compare"), "face"),
)
MENU = (
    Link("account:overview", _("Account"), "account"),
    Link("swaps:history", _("History"), "history"),
    Link("swaps:explore", _("Explore"), "globe"),
    Link("recognition:people", _("People"), "people"),
    Link("account:points", _("Points"), "points"),
    Link("account:keys", _("API keys"), "key"),
    Link("swaps:webhooks", _("Webhooks"), "webhook"),
)
ACCOUNT = (
    Link("account:overview", _("Overview")),
    Link("account:points", _("Points")),
    Link("account:keys", _("API keys")),
    Link("swaps:webhooks", _("Webhooks")),
    Link("swaps:consents", _("Consent")),
    Link("account_email", _("E-mail")),
    Link("account_change_password", _("Password")),
    Link("mfa_index", _("Two-factor")),
    Link("usersessions_list", _("Sessions")),
)
FOOT = (
    Link("pricing", _("Prices")),
    Link("swaps:explore", _("Explore")),
    Link("swaps:check", _("Check a picture")),
    Link("privacy", _("Privacy")),
    Link("developers", _("Developers")),
    Link("styleguide", _("Style guide")),
)


# By the names under which templates find them.
PLACES = {
    "nav_main": MAIN,
    "nav_visitor": VISITOR,
    "nav_bottom": MAIN + SPARE,
    "nav_menu": MENU,
    "nav_account": ACCOUNT,
    "nav_recognition": RECOGNITION,
    "nav_foot": FOOT,
}


def items(links: tuple[Link, ...], request: HttpRequest) -> list[dict[str, Any]]:
    """The links whose pages exist, the one that is open marked."""
    found = []
    for link in links:
        try:
            url = reverse(link.view)
        except NoReverseMatch:
            continue
        current = request.path.startswith(url) if link.whole else request.path == url
        found.append({"url": url, "label": link.label, "icon": link.icon, "current": current})
    return found
