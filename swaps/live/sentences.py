"""What the live page tells people, in the language that their browser asked for when it connected.

What the protocol itself fixes is no part of this: clients compare "No source face uploaded" letter by letter.
"""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

ENDINGS = {
    "session_timeout": gettext_noop(
        "The session is over after %(session_seconds)g seconds. Start again when you like."
    ),
    "idle_timeout": gettext_noop("The session ended because no frame came for %(idle_seconds)g seconds."),
    "not_used": gettext_noop("The session ended: others are waiting, and there was no face to swap for half a minute."),
    "taken_over": gettext_noop("You went live in another window, so this one stopped."),
    "points": gettext_noop("You have no points left for another minute, so the session ended."),
    "protected_person": gettext_noop(
        "The face before the camera belongs to a person who may not be used, so the session ended."
    ),
    "shutdown": gettext_noop("The server is restarting. Try again in a moment."),
}
RESTARTED = gettext_noop("The swap engine was restarted; carry on.")
FAILED = gettext_noop("The frame could not be processed.")
LOADING = gettext_noop("The engine is being loaded; it takes some seconds the first time.")
STOOD_IN = gettext_noop("%(asked)s could not be used, so %(engine)s makes the picture, at its price.")
FULL = gettext_noop("All live places are taken. You are number %(place)d in the queue.")
SIGN_IN = gettext_noop("Sign in to go live.")
FOREIGN_PAGE = gettext_noop("This page may not use the live swap of this site.")
NOTHING_TO_KEEP = gettext_noop("There is no swapped frame to keep yet.")
SIGN_IN_TO_KEEP = gettext_noop("Sign in to keep snapshots.")


def said(text: str, language: str, values: Mapping[str, object] | None = None) -> str:
    """One of these sentences in a language, with its values put in."""
    with translation.override(language):
        return _(text) % values if values else _(text)
