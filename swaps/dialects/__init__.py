"""The published APIs that this site speaks besides its own, one folder each, registered here and nowhere else."""

from collections.abc import Callable

from swaps.api_wire import render_callback
from swaps.models import SwapJob

# By the origin of a job: what its callback says.
CALLBACKS: dict[str, Callable[[SwapJob], str]] = {"api": render_callback}


def callback_body(job: SwapJob) -> str:
    """The body of a callback in the words of the surface that the job came by."""
    return CALLBACKS[job.origin](job)
