"""A frame of a live session that was kept: a swap like any other, also in how long it stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from recognition.models import IncomingFiles
from recognition.photos.unfinished import Kind
from swaps.jobs import services
from swaps.live.services import keep_snapshot
from swaps.models import SwapJob
from tests.photos import sample

pytestmark = pytest.mark.django_db


def test_it_stays_as_long_as_its_owner_wants(alice: User) -> None:
    alice.retention_days = 3
    alice.save()
    job = keep_snapshot(owner=alice, jpeg=sample("obama.jpg").read_bytes())
    assert job.expires is not None and timedelta(days=2.9) < job.expires - timezone.now() <= timedelta(days=3)
    assert (job.origin, job.status, job.price) == ("live", "done", 0)
    assert job.result and job.thumbnail
    assert not IncomingFiles.objects.exists()


def test_while_its_files_are_written_a_mark_leads_to_them(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    marks: list[str] = []

    def look(owner: User) -> None:
        marks.extend(str(row) for row in IncomingFiles.objects.filter(kind=Kind.SWAP).values_list("row", flat=True))
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "keep_open", look)
    with pytest.raises(KeyboardInterrupt):
        keep_snapshot(owner=alice, jpeg=sample("obama.jpg").read_bytes())
    assert len(marks) == 1 and not SwapJob.objects.exists()
