"""Functions of the engine called in processes of their own: as if here, without secrets, and ended when stuck."""

import asyncio
import os
import pickle
import signal
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceswap_site.lib.errors import DomainError, Overloaded
from recognition.chosen_engine import look_at
from recognition.engine import NoFaceFound, PhotoBroken, open_photo
from recognition.engine_processes import calls as module
from recognition.engine_processes.calls import Calls, close_door, in_engine_process, open_door
from recognition.engine_processes.values import error_of, packed, result_of, told
from recognition.photos.pixels import small_copy
from tests.photos import sample

WITH_PROCESSES = [pytest.mark.process, pytest.mark.xdist_group("engine processes"), pytest.mark.real_engine]
HERE = __name__


def with_calls(story: Callable[[Calls], Awaitable[None]], size: int = 1) -> None:
    async def whole() -> None:
        calls = Calls(size)
        try:
            async with asyncio.timeout(120):
                await story(calls)
        finally:
            close_door()
            await calls.stop()

    asyncio.run(whole())


# What the processes of these tests call.


def pid() -> int:
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def sleeps() -> None:
    threading.Event().wait()


def spins() -> None:
    while True:
        pass


def takes_memory() -> None:
    np.empty(2**33, np.uint8)  # of addresses alone: a machine without the bound would let it


def fails() -> None:
    raise NoFaceFound(photo="photo")


def private_megabytes(pid: int) -> float:
    """What a process has in memory and no other has."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) / 1024


@in_engine_process
def process_of() -> int:
    return os.getpid()


class TestWithProcesses:
    pytestmark = WITH_PROCESSES

    def test_a_photo_goes_there_as_a_file_and_its_faces_come_back(self) -> None:
        photo = open_photo(sample("obama.jpg").read_bytes())
        expected = look_at(photo, describe=True)

        async def story(calls: Calls) -> None:
            open_door(calls)
            seen = await asyncio.to_thread(look_at, photo, describe=True)
            assert (seen.width, seen.height) == (expected.width, expected.height)
            assert seen.faces[0].box == expected.faces[0].box
            assert np.array_equal(seen.faces[0].landmarks, expected.faces[0].landmarks)
            assert np.array_equal(seen.descriptors, expected.descriptors)
            copy = await asyncio.to_thread(small_copy, photo, 64)
            assert max(copy.shape) == 64 and copy.dtype == np.uint8
            assert photo._photo is None  # type: ignore[attr-defined]  # no pixels were made here
            with pytest.raises(PhotoBroken, match="photo"):
                await asyncio.to_thread(look_at, open_photo(sample("obama.jpg").read_bytes()[:-1] + b"?", name="photo"))

        with_calls(story)

    def test_it_has_no_secret_and_no_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_KEY", "a secret")
        monkeypatch.setenv("DATABASE_URL", "postgres://")

        async def story(calls: Calls) -> None:
            names = await calls.ask(f"{HERE}:environment")
            assert not names.keys() & {"SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DATA_DIR"}

        with_calls(story)

    @pytest.mark.long
    def test_one_that_is_stuck_or_takes_too_much_costs_its_caller_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "CALL_SECONDS", 4.0)

        async def story(calls: Calls) -> None:
            first = await calls.ask(f"{HERE}:pid")
            for function in ("sleeps", "spins", "takes_memory"):
                with pytest.raises(Overloaded) as lost:
                    await calls.ask(f"{HERE}:{function}")
                assert lost.value.case == "engine" and lost.value.details["retry_after"]
            assert await calls.ask(f"{HERE}:pid") != first
            with pytest.raises(NoFaceFound):
                await calls.ask(f"{HERE}:fails")

        with_calls(story)

    def test_who_finds_none_free_in_time_is_told_so(self) -> None:
        async def story(calls: Calls) -> None:
            process = await calls.ask(f"{HERE}:pid")
            os.kill(process, signal.SIGSTOP)
            stuck = asyncio.create_task(calls.ask(f"{HERE}:pid"))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded) as busy:
                await calls.ask(f"{HERE}:pid", seconds=0.05)
            assert busy.value.case == "queue"
            os.kill(process, signal.SIGCONT)
            assert await stuck == process

        with_calls(story)

    def test_all_have_the_models_of_one_process_in_common(self) -> None:
        async def story(calls: Calls) -> None:
            await asyncio.gather(*(calls.ask(f"{HERE}:pid") for _ in range(2)))
            private = [private_megabytes(engine.pid) for engine in calls.engines]
            assert all(1 < megabytes < 60 for megabytes in private), private  # one model alone is larger

        with_calls(story, size=2)

    def test_a_fork_server_that_dies_takes_its_processes_along_and_is_started_again(self) -> None:
        async def story(calls: Calls) -> None:
            before = await calls.ask(f"{HERE}:pid")
            parent = int((Path("/proc") / str(before) / "stat").read_text().rpartition(")")[2].split()[1])
            os.kill(parent, signal.SIGKILL)
            async with asyncio.timeout(10):
                while calls.any_alive:
                    await asyncio.sleep(0.01)
            assert await calls.ask(f"{HERE}:pid") != before

        with_calls(story)

    def test_a_process_that_starts_is_not_taken_for_none(self) -> None:
        async def story(calls: Calls) -> None:
            asked = asyncio.create_task(calls.ask(f"{HERE}:pid"))
            looks = []
            while not asked.done():  # as the live page looks every second, a start takes longer
                looks.append(asyncio.create_task(calls.end_idle()))
                await asyncio.sleep(0.02)
            await asyncio.gather(*looks)
            assert await asked == await calls.ask(f"{HERE}:pid")

        with_calls(story)

    def test_one_that_nobody_calls_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def story(calls: Calls) -> None:
            await calls.ask(f"{HERE}:pid")
            await calls.end_idle()
            assert calls.any_alive
            monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
            await asyncio.sleep(0.01)
            await calls.end_idle()
            assert not calls.any_alive
            assert calls.fork_server._process is None
            assert await calls.ask(f"{HERE}:pid")

        with_calls(story)


def test_without_a_door_it_runs_where_it_is_called() -> None:
    assert process_of() == os.getpid()


@pytest.mark.parametrize("value", [os.system, threading.Event, DomainError("busy"), Calls])
def test_a_result_that_names_anything_else_is_refused(value: Any) -> None:
    with pytest.raises((pickle.UnpicklingError, TypeError)):
        result_of(pickle.dumps(value))


def test_results_are_plain_values_arrays_and_our_own() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    back = result_of(packed({"one": [1.5, "two", None, b"three"], "array": array, "number": np.float64(2)}))
    assert back["one"] == [1.5, "two", None, b"three"] and np.array_equal(back["array"], array) and back["number"] == 2


def test_an_error_is_made_again_as_it_was() -> None:
    error = error_of(told(NoFaceFound(photo="first photo")))
    assert type(error) is NoFaceFound and str(error) == str(NoFaceFound(photo="first photo"))
    assert type(error_of({**told(error), "type": "Unheard"})) is DomainError
