"""Letters that this site sends itself; those about signing in are allauth's."""

import logging
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
SECONDS_KEPT = 24 * 3600


def send_letter(name: str, address: str, **context: object) -> None:
    """Send the letter `emails/<name>` as text and HTML. A mail server that is down never breaks what was asked for."""
    if not address:
        return
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    letter = EmailMultiAlternatives(subject, render_to_string(f"emails/{name}.txt", context), to=[address])
    letter.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    try:
        letter.send()
    except OSError:
        logger.exception("the letter %s could not be sent", name)


def delete_old_letters() -> None:
    """Delete the letters that lie in a folder for want of a mail server after a day. Part of the sweep."""
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - SECONDS_KEPT:
                path.unlink()
