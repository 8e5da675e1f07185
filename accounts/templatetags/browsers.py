"""What a browser calls itself, in words that people know it by."""

import re

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: browsers name their relatives as well, and the first that fits is the one it is.
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


@register.filter
def browser_in_words(user_agent: str) -> str:
    """Browser and system, such as "Firefox on Windows"; what is neither is called a program, by its own name."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    name = browser or re.split(r"[/ ;(]", user_agent.strip(), maxsplit=1)[0][:40]
    return _("A program: %(name)s") % {"name": name} if name else _("An unknown program")


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), "")
