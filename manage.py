#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys

# Commands about a site that is there: where there is none, they would only leave an empty one behind.
ON_A_SITE = {"check_ledger", "createsuperuser", "encode_faces", "grant_points", "issue_key", "reset_link", "tidy_files"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    from faceswap_site import env

    if ON_A_SITE.intersection(sys.argv[1:2]) and not env.has_site():
        sys.exit("There is no site here yet: start it with `make run`, or set DATA_DIR to where yours lies.")
    try:
        _ = settings.INSTALLED_APPS  # reads them all
    except ImproperlyConfigured as error:
        sys.exit(f"The site can't start: {error}")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        from faceswap_site.lib.database import is_prepared

        if is_prepared():
            raise
        sys.exit("The database is not prepared for this version: run `manage.py prepare`.")


if __name__ == "__main__":
    main()
