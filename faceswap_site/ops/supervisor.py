"""Keeps the processes of one machine running, and stops them together.

All are forked from this process, which has loaded the site already: they start at once, and have the memory of what is
loaded in common. Each heads a process group: when it ends, whatever it left behind ends too.
"""

import ctypes
import logging
import multiprocessing
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management import call_command

logger = logging.getLogger(__name__)

WATCHED = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_STOP = 3.0
SECONDS_BEFORE_RESTART = 1.0
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # prctl(2), Linux only


@dataclass
class Program:
    """A process to keep running. `run` is called in the forked child and must not return before its work is over."""

    name: str
    run: Callable[[], object]
    pid: int = field(default=0, init=False)
    start_at: float = field(default=0.0, init=False)


def command(name: str, *, niceness: int = 0) -> Callable[[], object]:
    """What a Program runs to carry out a management command. Nice ones leave the processor to the web server."""

    def run() -> None:
        os.nice(niceness)
        call_command(name)
        for child in multiprocessing.active_children():  # such as the queue's guard
            child.join()

    return run


class Supervisor:
    """Starts the programs, starts again what dies, and on SIGINT or SIGTERM stops them all."""

    def __init__(self, programs: list[Program]) -> None:
        self.programs = programs
        self.stopping = False
        self.woken_by = -1

    def run(self) -> None:
        # Signals arrive as bytes in a pipe: no code of ours runs between two instructions of our own.
        self.woken_by, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end)
        for number in WATCHED:
            signal.signal(number, lambda *_: None)
        while not self.stopping:
            for program in self.programs:
                if not program.pid and program.start_at <= time.monotonic():
                    self._start(program)
            received = self._wait(SECONDS_BEFORE_RESTART)
            self._reap()
            self.stopping = bool(received - {signal.SIGCHLD})
        self._stop()

    def _wait(self, seconds: float) -> set[int]:
        """Wait for signals and return their numbers; none when the time is over."""
        ready, _, _ = select.select([self.woken_by], [], [], seconds)
        return set(os.read(self.woken_by, 1024)) if ready else set()

    def _start(self, program: Program) -> None:
        parent = os.getpid()
        program.pid = os.fork()
        if program.pid:
            return
        try:
            os.setpgid(0, 0)
            _die_with(parent)
            _be_called(program.name)
            signal.set_wakeup_fd(-1)
            for number in WATCHED:
                signal.signal(number, signal.SIG_DFL)
            program.run()
        except BaseException as error:
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            sys.stdout.flush()
            os._exit(1)

    def _reap(self) -> None:
        while any(program.pid for program in self.programs):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            for program in self.programs:
                if program.pid == pid:
                    _kill_group(pid)  # what it left behind, such as the workers of a queue whose guard was killed
                    program.pid = 0
                    program.start_at = time.monotonic() + SECONDS_BEFORE_RESTART
                    if not self.stopping:
                        code = os.waitstatus_to_exitcode(status)
                        logger.error("%s ended (%d); starting it again", program.name, code)

    def _stop(self) -> None:
        for program in self.programs:
            if program.pid:
                os.kill(program.pid, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while any(program.pid for program in self.programs) and time.monotonic() < deadline:
            self._wait(0.2)
            self._reap()
        for program in self.programs:
            if program.pid:
                _kill_group(program.pid)
                os.waitpid(program.pid, 0)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nothing is left of it
        return


def _be_called(name: str) -> None:
    """Stand under this name in lists of processes (`ps -o comm`): their command lines are all alike."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process when the supervisor dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
