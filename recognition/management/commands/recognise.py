"""`manage.py recognise PHOTO...`: who is on these photos?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from recognition import recognise
from recognition.api.serializers import RecognisedSerializer
from recognition.management.arguments import read_photo, telling, threshold
from recognition.recognise import RecognisedFace


class Command(BaseCommand):
    help = "Names the known people on photos, as an account sees them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
        parser.add_argument("--account", help="whose people count beside the site's (default: the first administrator)")
        parser.add_argument("--threshold", type=threshold, help="a distance, default (0.6) or strict (0.5)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        account = _account(options["account"])
        answers = []
        with telling(self.stderr):
            for path in options["photos"]:
                photo = read_photo(path)
                found = recognise.recognise(account=account, photo=photo, threshold=options["threshold"])
                answers.append((str(path), found))
        if options["json"]:
            result = [{"photo": path, **RecognisedSerializer({"faces": found}).data} for path, found in answers]
            self.stdout.write(json.dumps(result, indent=2))
            return
        for path, found in answers:
            self.stdout.write(f"{path}: {len(found)} face{'' if len(found) == 1 else 's'}")
            for number, face in enumerate(found):
                self.stdout.write(f"  {number}  {_in_words(face)}")


def _account(name: str | None) -> User | None:
    if not name:
        return User.objects.filter(is_superuser=True).order_by("pk").first()
    account = User.objects.filter(username=name).first()
    if account is None:
        raise CommandError(f"There is no account {name!r}.")
    return account


def _in_words(found: RecognisedFace) -> str:
    words = found.verdict.replace("_", " ").ljust(10)
    nearest = "; ".join(
        f"{candidate.name} {candidate.distance:.3f} ({candidate.similarity:.1%})" for candidate in found.candidates[:3]
    )
    return f"{words} {nearest}".rstrip()
