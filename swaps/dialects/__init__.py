"""The published APIs that this site speaks besides its own, one folder each, registered here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass

from swaps import api_wire
from swaps.dialects.acedata import wire as acedata
from swaps.dialects.aifaceswap import wire as aifaceswap
from swaps.models import SwapJob


@dataclass(frozen=True)
class Dialect:
    """A surface: the module with its addresses, and what its callbacks say (none: it has no callbacks)."""

    urls: str
    render_callback: Callable[[SwapJob], str] | None = None


# By the origin that its jobs carry.
DIALECTS: dict[str, Dialect] = {
    "api": Dialect("swaps.api_urls", api_wire.render_callback),
    "face_swap": Dialect("swaps.dialects.base64_swap.urls"),
    "aifaceswap": Dialect("swaps.dialects.aifaceswap.urls", aifaceswap.render_callback),
    "acedata": Dialect("swaps.dialects.acedata.urls", acedata.render_callback),
    "recognition": Dialect("recognition.api_urls"),
    "face_rec": Dialect("recognition.dialects.face_rec.urls"),
}


def callback_body(job: SwapJob) -> str:
    """The body of a callback in the words of the surface that the job came by."""
    render = DIALECTS[job.origin].render_callback
    if render is None:
        raise LookupError(f"{job.origin} has no callbacks")
    return render(job)
