"""`manage.py compare A B`: are the largest faces of two photos one person's?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recognition import recognise
from recognition.api.serializers import ComparedSerializer
from recognition.management.arguments import read_photo, telling, threshold


class Command(BaseCommand):
    help = "Tells whether the largest faces of two photos are one person's."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("one", type=Path)
        parser.add_argument("other", type=Path)
        parser.add_argument("--threshold", type=threshold, help="a distance, default (0.6) or strict (0.5)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling(self.stderr):
            one, other = read_photo(options["one"]), read_photo(options["other"])
            found = recognise.compare_faces(one=one, other=other, threshold=options["threshold"])
        if options["json"]:
            self.stdout.write(json.dumps(ComparedSerializer(found).data, indent=2))
        else:
            words = found.verdict.replace("_", " ")
            self.stdout.write(
                f"{words}: distance {found.distance:.3f} (threshold {found.threshold:g}), "
                f"similarity {found.similarity:.1%}"
            )
