"""`manage.py encode_faces`: describe known faces again from their photos, after a change of the model."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recognition.models import Registry
from recognition.registry.bulk_uploads import encode_anew


class Command(BaseCommand):
    help = "Describes the faces of all registries that are of an older model; with --all, every face."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also faces of the present model")

    def handle(self, *args: Any, **options: Any) -> None:
        for registry in Registry.objects.order_by("pk"):
            last: int | None = 0
            while last is not None:
                last = encode_anew(registry.pk, after=last, everything=options["all"])
        self.stdout.write("All faces are described by the present model.")
