"""A worker killed while it works on a clip costs the piece it was at: the film is that of an undisturbed run."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.models import PointEntry, User
from accounts.points import accounts_out_of_balance
from swaps import tasks
from swaps.clip_jobs import runner, services
from swaps.models import ClipTask, SwapClip, SwapJob

from .made import film, submit, work_off

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
# Where a worker dies: as it begins to call this function for the n-th time, or as soon as it has called it.
POINTS: dict[str, tuple[Any, str, int, bool]] = {
    "before the look": (runner, "analyse_clip", 1, False),
    "in the look": (services.TaskClaim, "tell", 30, False),
    "with the look in the storage, before its rows": (SwapClip.objects, "select_for_update", 1, False),
    "in a segment": (services.TaskClaim, "tell", 100, False),
    "with a piece in the storage, before its row": (services, "written", 1, True),
    "with the result in the storage, before its row": (services, "written", 4, True),
}


def killed_at(owner: Any, name: str, nth: int, *, after: bool) -> None:
    """In a process of its own, do tasks until the moment comes."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the moment did not come"
        return
    for connection in connections.all():
        connection.inc_thread_sharing()
        connection.connection = None
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **kwargs)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, dying)
    try:
        for _ in range(10):
            tasks.run_clip_task("any")
    finally:
        os._exit(0)


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_film_is_that_of_an_undisturbed_run(
    point: str, _round: int, alice: User, own_files: Path, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", 9)
    undisturbed = submit(alice, path)
    work_off()
    tasks_in_all = ClipTask.objects.count()
    job = submit(alice, path)
    owner, name, nth, after = POINTS[point]
    killed_at(owner, name, nth, after=after)
    ClipTask.objects.filter(state="running").update(lease_until=timezone.now())
    assert services.requeue_lost_tasks() == 1
    work_off()
    for one in (undisturbed, job):
        one.refresh_from_db()
    assert (job.status, job.frames_done) == ("done", 90)
    assert Path(job.result.path).read_bytes() == Path(undisturbed.result.path).read_bytes()
    attempts = ClipTask.objects.filter(clip=job.pk).values_list("attempts", flat=True)
    assert (len(attempts), sum(attempts)) == (tasks_in_all, tasks_in_all + 1)
    assert PointEntry.objects.filter(reference=job.reference, kind=PointEntry.Kind.CAPTURE).count() == 1
    assert not accounts_out_of_balance().exists()
    # Face, clip, poster, result and thumbnail of each.
    assert len(stored_files(own_files)) == 10
    assert list((settings.FILE_UPLOAD_TEMP_DIR / "clips").iterdir()) == []
    assert SwapJob.objects.filter(status="done").count() == 2
