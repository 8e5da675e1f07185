"""What the engine says about a face's quality, in the reader's language; the engine itself knows one only."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SMALL = re.compile(r"the face is small \((\d+) pixels between the eyes, better (\d+)\)")
_REASONS = {
    "the face is blurred": gettext_lazy("the face is blurred"),
    "the face is dark": gettext_lazy("the face is dark"),
    "the face is overexposed": gettext_lazy("the face is overexposed"),
    "the face has little contrast": gettext_lazy("the face has little contrast"),
    "the head is turned to the side": gettext_lazy("the head is turned to the side"),
    "the head is tilted up or down": gettext_lazy("the head is tilted up or down"),
}


def reason_in_words(reason: str) -> str:
    """One of the engine's reasons why a face serves badly, translated."""
    if small := _SMALL.fullmatch(reason):
        return _("the face is small (%(n)s pixels between the eyes, better %(better)s)") % {
            "n": small[1],
            "better": small[2],
        }
    return str(_REASONS.get(reason, reason))
