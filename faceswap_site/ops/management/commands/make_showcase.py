"""`manage.py make_showcase`: makes the landing page's pictures out of the samples, where that has not been done."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from faceswap_site.pages.showcase import make_showcase, showcase_pictures


class Command(BaseCommand):
    help = "Swaps the sample photos for the landing page; --again makes them anew, as after a change of the engine."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--again", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if showcase_pictures(settings.DATA_DIR) and not options["again"]:
            return
        if not make_showcase(settings.DATA_DIR, settings.SAMPLES_DIR):
            self.stderr.write("There are no sample photos; the landing page shows a drawing instead.")
