"""The fork server as the web process sees it: started with the first engine process, started again when lost."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0
_PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR"}
_PASSED_ON |= {"CUDA_VISIBLE_DEVICES"}  # for networks of the operator's
_LIMIT = 64 * 1024 * 1024


class EngineLost(Exception):
    """The engine process died or hung; the next call finds a new one."""


class Started(NamedTuple):
    """An engine process that has just been started, and both directions of the connection to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Starter(Protocol):
    """Whatever starts processes and ends them."""

    async def start(self, options: dict[str, Any]) -> Started: ...

    async def end(self, pid: int) -> None: ...


class ForkServer:
    """Starts engine processes and ends them, by asking the process that has loaded the models."""

    def __init__(self, imports: Sequence[str] = ()) -> None:
        """`imports`: modules that are loaded before engine processes are forked, and that they will need."""
        self._command = [sys.executable, "-m", "recognition.engine_processes.fork_server", *imports]
        self._process: asyncio.subprocess.Process | None = None
        self._socket: socket.socket | None = None
        self._one_request = asyncio.Lock()
        self._children: set[int] = set()
        self._starting = 0  # how many wait for a child that they don't know yet

    async def start(self, options: dict[str, Any]) -> Started:
        """Fork an engine process with the options of `child.serve`; it is ready when it says so.

        Raises
        ------
        EngineLost
        """
        ours, theirs = socket.socketpair()
        self._starting += 1
        try:
            pid = await self._asked(options, theirs)
            self._children.add(pid)
            reader, writer = await asyncio.open_unix_connection(sock=ours, limit=_LIMIT)
        except BaseException:
            ours.close()
            raise
        finally:
            self._starting -= 1
            theirs.close()
        return Started(pid, reader, writer)

    async def end(self, pid: int) -> None:
        """End an engine process where it stands; one that has ended is forgotten."""
        with contextlib.suppress(EngineLost):  # its children are gone as well
            await self._asked({"end": pid})

    async def stop_unused(self) -> None:
        """End the fork server where no engine process is left of it."""
        async with self._one_request:
            if not self._children and not self._starting:
                await self._stop()

    async def _asked(self, request: dict[str, Any], *passed: socket.socket) -> int:
        """Send a request and hear its answer, also where nobody waits for it any more: the next has another one."""
        return await asyncio.shield(asyncio.ensure_future(self._exchange(request, *passed)))

    async def _exchange(self, request: dict[str, Any], *passed: socket.socket) -> int:
        """Send a request, with the end of a connection, and wait for the answer."""
        async with self._one_request:
            if "end" in request:
                if request["end"] not in self._children:
                    return 0  # it ended with the fork server that it came from
                self._children.discard(request["end"])
            try:
                async with asyncio.timeout(START_SECONDS):
                    server = await self._running()
                    socket.send_fds(server, [json.dumps(request).encode()], [one.fileno() for one in passed])
                    return int(await asyncio.get_running_loop().sock_recv(server, 32))
            except (OSError, ValueError) as error:  # TimeoutError is an OSError; no answer is no number
                await self._stop()
                raise EngineLost("the engine process did not start") from error

    async def _running(self) -> socket.socket:
        if self._socket is not None and self._process is not None and self._process.returncode is None:
            return self._socket
        await self._stop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        # A bare environment is not enough (locale, library paths), but no secret of the site is needed there.
        environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
        with theirs:
            self._socket = ours
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=theirs.fileno(),
                cwd=ROOT,
                env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return ours

    async def _stop(self) -> None:
        """End the fork server, and with it all engine processes that it forked."""
        self._children.clear()
        if self._socket is not None:
            self._socket.close()
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._socket = self._process = None
