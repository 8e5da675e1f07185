"""What a batch keeps counts among what an account may keep, before it starts and afterwards."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from faceswap_site.lib.errors import TooManyRequests
from swaps.batches import services
from swaps.jobs.quotas import MEGABYTE, stored_bytes
from swaps.jobs.services import start_swap
from swaps.models import SwapBatch

from .conftest import collected, face_input, started, work

pytestmark = pytest.mark.django_db


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_every_byte_of_a_batch_is_counted_in_each_of_its_states(alice: User, own_files: Path) -> None:
    batch = collected(alice, ["biden.jpg", "notes.txt", "astronaut.png"])
    assert stored_bytes(alice) == bytes_in(own_files) > 0
    services.start(batch)
    assert stored_bytes(alice) == bytes_in(own_files)
    work(1)
    assert stored_bytes(alice) == bytes_in(own_files)
    services.cancel(batch)
    services.try_again(batch)
    assert stored_bytes(alice) == bytes_in(own_files)
    work()
    assert stored_bytes(alice) == bytes_in(own_files)
    services.delete(batch)
    assert stored_bytes(alice) == bytes_in(own_files) == 0


def test_who_is_full_begins_no_batch_and_adds_no_photo(alice: User, own_files: Path, settings: Any) -> None:
    settings.MOST_STORED_MB = 1
    batch = collected(alice)
    kept = bytes_in(own_files)
    SwapBatch.objects.update(stored_bytes=MEGABYTE)
    for act in (
        lambda: services.add_photo(batch, lambda: face_input().photo),
        lambda: services.collect([face_input()], owner=alice),
        lambda: services.start(batch),
    ):
        with pytest.raises(TooManyRequests, match="fill the 1 MB"):
            act()
    assert (batch.items.count(), SwapBatch.objects.count(), bytes_in(own_files)) == (2, 1, kept)


def test_a_batch_is_as_many_open_jobs_as_it_has_photos(alice: User, settings: Any) -> None:
    settings.MOST_OPEN_JOBS = 3
    started(alice)
    batch = collected(alice)
    with pytest.raises(TooManyRequests, match="may have 3 swaps that wait"):
        services.start(batch)
    assert SwapBatch.objects.get(pk=batch.pk).status == "collecting"
    work(1)
    services.start(batch)
    assert start_swap(str(batch.items.all()[0].job_id)) is not None
