"""A copy of everything that is stored about an account, as one archive."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import PointEntry, User
from faceswap_site.lib.archives import Entry, stored
from faceswap_site.lib.tables import write_table

from .hooks import hooks


@dataclass
class Packed:
    """What JSON says about something, and its files: by their names in the archive, those in the storage."""

    told: dict[str, Any]
    files: dict[str, str]

    def read(self) -> Iterator[Entry]:
        """The files that are still there; tells their names."""
        self.told["files"] = []
        for entry, name in self.files.items():
            if (content := stored(name)) is not None:
                entry = f"{entry}.{name.rsplit('.', 1)[-1]}"
                self.told["files"].append(entry)
                yield entry, content


def account_to_pack(account: User) -> Iterator[Entry]:
    """Everything that is stored about an account, as entries of an archive: data as JSON and CSV, photos as files.

    All of the rows are read now, the files when they are asked for.
    """
    profile, ledger = _as_json(_profile(account)), _ledger(account).encode()
    return _entries([("account.json", profile), ("points.csv", ledger)], [pack(account) for pack in hooks("export")])


def _entries(first: list[Entry], lists: list[tuple[str, list[Packed]]]) -> Iterator[Entry]:
    yield from first
    for name, packed in lists:
        for one in packed:
            yield from one.read()
        yield f"{name}.json", _as_json([one.told for one in packed])


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
    entries = PointEntry.objects.filter(account=account).order_by("created", "id")
    columns = ("created", "kind", "amount", "reason", "reference")
    rows = entries.values_list(*columns)
    write_table(table, [columns, *([created.isoformat(), *rest] for created, *rest in rows)])
    return table.getvalue()


def _as_json(data: Any) -> bytes:
    return json.dumps(data, indent=2).encode()
