"""How the C library's allocator keeps what pictures leave behind."""

import ctypes

# mallopt(3) of the GNU C library.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 64 * 1024 * 1024
_LARGEST_IN_HEAP = 32 * 1024 * 1024  # the most that it accepts


def give_back_memory() -> None:
    """Give all that was freed back to the system.

    Pillow keeps pictures in blocks of 16 MB, which go back into the heap of whichever thread made them. Between others
    that are in use they would stay with the process for good: a large photo in each of 16 threads is 5 GB. Takes some
    milliseconds, so it is called after large photos alone. Does nothing where the C library has no `malloc_trim`.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return


def keep_freed_memory() -> None:
    """Keep up to 64 MB that were freed in the process, where the next photo needs as much again.

    By default the memory of every large array goes back to the system at once and is handed out anew page by page,
    which cost a worker thousands of page faults a photo. Does nothing where the C library has no `mallopt`.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGEST_IN_HEAP)
    mallopt(_M_TRIM_THRESHOLD, _KEPT)
