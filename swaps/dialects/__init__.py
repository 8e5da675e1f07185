"""The published APIs that this site speaks besides its own, one folder each, registered here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass

from swaps.api import batch_serializers, serializers
from swaps.dialects.acedata import wire as acedata
from swaps.dialects.aifaceswap import wire as aifaceswap
from swaps.models import SwapBatch, SwapJob


@dataclass(frozen=True)
class Dialect:
    """A surface: its addresses, how it answers, and what its callbacks say.

    Attributes
    ----------
    urls : str
        The module with its addresses.
    surface : str
        The view class whose words are used for whatever lies below `roots` and is no address.
    roots : tuple of str
        The paths that are this surface's alone.
    render_callback : callable or None
        None where it has no callbacks.
    """

    urls: str
    surface: str = ""
    roots: tuple[str, ...] = ()
    render_callback: Callable[[SwapJob], str] | None = None


# By the origin that its jobs carry.
DIALECTS: dict[str, Dialect] = {
    "api": Dialect("swaps.api.urls", "faceswap_site.lib.api.view.SurfaceView", ("api",), serializers.render_callback),
    "face_swap": Dialect(
        "swaps.dialects.base64_swap.urls", "swaps.dialects.base64_swap.views.FaceSwapView", ("api/face_swap",)
    ),
    "aifaceswap": Dialect(
        "swaps.dialects.aifaceswap.urls",
        "swaps.dialects.aifaceswap.views.AifaceswapView",
        ("api/aifaceswap",),
        aifaceswap.render_callback,
    ),
    "acedata": Dialect(
        "swaps.dialects.acedata.urls", "swaps.dialects.acedata.views.FaceSwapView", ("face",), acedata.render_callback
    ),
    "accounts": Dialect("accounts.api.urls"),
    "recognition": Dialect("recognition.api.urls"),
    "face_rec": Dialect(
        "recognition.dialects.face_rec.urls",
        "recognition.dialects.face_rec.views.FaceRecSurface",
        ("face_match", "face_rec"),
    ),
}


def callback_body(job: SwapJob | SwapBatch) -> str:
    """The body of a callback in the words of the surface that the job came by; batches come by one alone."""
    if isinstance(job, SwapBatch):
        return batch_serializers.render_callback(job)
    render = DIALECTS[job.origin].render_callback
    if render is None:
        raise LookupError(f"{job.origin} has no callbacks")
    return render(job)
