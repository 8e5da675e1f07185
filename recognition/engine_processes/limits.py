"""What an engine process may take: memory in all, and time of the processor for each call; the kernel sees to it."""

import os
import resource
from pathlib import Path

from recognition.engine.memory import give_back_memory

# Libraries and models take half a gigabyte of addresses; a photo at work took 8 bytes a pixel, and some formats more.
ADDRESSES = 1024**3
BYTES_A_PIXEL = 25
SECONDS_OF_PROCESSOR = 30
MOST_MEGABYTES_KEPT = 32  # of what calls leave behind, so that the next photo needn't get its memory anew
NICENESS = 5  # as workers have: pages come first


def bound_memory(pixels: int, *, firm: bool = True) -> None:
    """For photos of at most so many pixels; unless that is firm, the process itself may make room for more."""
    most = ADDRESSES + BYTES_A_PIXEL * pixels
    resource.setrlimit(resource.RLIMIT_AS, (most, most if firm else resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a photo must not end up on the disk


def make_room(megabytes: int) -> None:
    """Let this process take so much more than it has by now, for an operator's networks.

    Where CUDA runs them, it reserves far more addresses than it uses, and they can't be bounded.
    """
    # 0.2 s and 40 MB, for those alone who brought a network.
    import onnxruntime

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        wanted = hard
    else:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        wanted = held + ADDRESSES + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def bound_call() -> None:
    """From now on, so many seconds; a process that uses them up is ended where it stands, in native code too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS_OF_PROCESSOR
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def megabytes() -> float:
    """What the process has in memory; 0 where nobody tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def keep_little(usual: float) -> None:
    """Give back what a large photo left behind, where it is much more than what is usual."""
    if megabytes() > usual + MOST_MEGABYTES_KEPT:
        give_back_memory()


def step_aside() -> None:
    os.nice(NICENESS)
