"""What became of every job, every point and every file of a site; printed as JSON.

Runs in the environment of the site it looks at: `python -m tests.faults.books`.
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.files.storage import default_storage  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import PointEntry  # noqa: E402
from accounts.points import accounts_out_of_balance  # noqa: E402
from faceswap_site.ops.unnamed_files import file_fields, stored_files  # noqa: E402
from swaps.models import SwapJob  # noqa: E402

SETTLED = {"done": "capture", "failed": "release", "cancelled": "release"}


def charged_wrongly() -> int:
    """References whose entries are not one hold and the one settlement that the job's end, or a call's, asks for."""
    kinds: dict[str, list[str]] = {}
    for reference, kind in PointEntry.objects.exclude(reference="").values_list("reference", "kind"):
        kinds.setdefault(reference, []).append(kind)
    wanted = {
        job.reference: [sorted(["hold", SETTLED[job.status]] if job.status in SETTLED else ["hold"])]
        for job in SwapJob.objects.exclude(price=0)
    }
    of_a_call = [["capture", "hold"], ["hold", "release"]]
    calls = {reference: of_a_call for reference in kinds if not reference.startswith("swap:")}
    expected = calls | wanted
    return sum(sorted(kinds.get(name, [])) not in expected.get(name, []) for name in expected.keys() | kinds.keys())


def named_files() -> set[str]:
    """Every name that a row holds, whatever its model."""
    names = {name for model, field in file_fields() for name in model._default_manager.values_list(field, flat=True)}
    return names - {""}


def books() -> dict[str, Any]:
    stored, named = set(stored_files()), named_files()
    return {
        "status": dict(Counter(SwapJob.objects.values_list("status", flat=True))),
        "attempts": SwapJob.objects.aggregate(most=Max("attempts"))["most"] or 0,
        "overdue": SwapJob.objects.filter(
            status__in=SwapJob.OPEN, created__lt=timezone.now() - timedelta(minutes=10)
        ).count(),
        "charged wrongly": charged_wrongly(),
        "accounts out of balance": accounts_out_of_balance().count(),
        "orphan files": len(stored - named),
        "missing files": sum(not default_storage.exists(name) for name in named),
    }


if __name__ == "__main__":
    json.dump(books(), sys.stdout)
