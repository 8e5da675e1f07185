"""How long the rest of a batch takes, in words that don't jump with every second."""

import math

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()
# Nearer than this, nothing is told by counting.
FEW_SECONDS = 10


@register.filter
def time_left(seconds: int) -> str:
    """Rounded up: to tens of seconds below two minutes, to minutes above."""
    if seconds <= FEW_SECONDS:
        return _("a few seconds left")
    if seconds < 120:
        return _("about %(n)d seconds left") % {"n": math.ceil(seconds / 10) * 10}
    minutes = math.ceil(seconds / 60)
    return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
