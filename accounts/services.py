"""What a person does with their whole account: take a copy of it, or say how long its swaps are kept."""

import csv
import io
import json
import zipfile
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from .models import PointEntry, User


def export_account(account: User, file: IO[bytes]) -> None:
    """Write everything that is stored about an account into a ZIP archive: data as JSON and CSV, photos as files."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("account.json", json.dumps(_profile(account), indent=2))
        archive.writestr("points.csv", _ledger(account))
        jobs = []
        for job in account.swap_jobs.prefetch_related("faces").iterator(chunk_size=100):
            photos = {"target": job.target, "result": job.result}
            photos |= {f"face-{face.position}": face.photo for face in job.faces.all()}
            names = [_add(archive, f"swaps/{job.pk}/{name}", photo) for name, photo in photos.items() if photo]
            jobs.append(
                {
                    "id": str(job.pk),
                    "title": job.title,
                    "created": job.created.isoformat(),
                    "status": job.status,
                    "price": job.price,
                    "origin": job.origin,
                    "options": job.options,
                    "error": job.error_text,
                    "files": [name for name in names if name],
                }
            )
        archive.writestr("swaps.json", json.dumps(jobs, indent=2))
        archive.writestr("people.json", json.dumps(_people(account, archive), indent=2))


@transaction.atomic
def set_preferences(account: User, *, retention_days: int | None, letters: bool) -> None:
    """Keep the account's swaps for so many days (none: as long as the site does), those that are there already too."""
    account.retention_days, account.letters = retention_days, letters
    account.save(update_fields=["retention_days", "letters"])
    account.swap_jobs.update(expires=F("created") + account.retention)


def _people(account: User, archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    from recognition.models import Person

    people = []
    for person in Person.objects.filter(registry__owner=account).prefetch_related("faces"):
        photos = [(f"people/{person.uuid}/{face.pk}", face.photo) for face in person.faces.all() if face.photo]
        names = [_add(archive, name, photo) for name, photo in photos]
        people.append(
            {
                "name": person.name,
                "consent": person.consent_basis,
                "consent_note": person.consent_note,
                "consent_recorded": person.consent_recorded.isoformat(),
                "files": [name for name in names if name],
            }
        )
    return people


def _profile(account: User) -> dict[str, Any]:
    return {
        "username": account.username,
        "email": account.email,
        "joined": account.date_joined.isoformat(),
        "last_signed_in": account.last_login.isoformat() if account.last_login else None,
        "points": account.balance,
        "retention_days": account.retention_days,
        "letters": account.letters,
    }


def _ledger(account: User) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["created", "kind", "amount", "reason", "reference"])
    for entry in PointEntry.objects.filter(account=account).order_by("created", "id"):
        writer.writerow([entry.created.isoformat(), entry.kind, entry.amount, entry.reason, entry.reference])
    return table.getvalue()


def _add(archive: zipfile.ZipFile, name: str, photo: Any) -> str:
    """Add a stored photo to the archive; an empty name where the file is gone."""
    name = f"{name}.{photo.name.rsplit('.', 1)[-1]}"
    try:
        with default_storage.open(photo.name) as stored:
            archive.writestr(name, stored.read())
    except OSError:
        return ""
    return name
