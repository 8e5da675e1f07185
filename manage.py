#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.INSTALLED_APPS  # reads them all
    except ImproperlyConfigured as error:
        sys.exit(f"The site can't start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
