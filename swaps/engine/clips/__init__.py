"""Clips: films and files of several pictures, looked at once and then painted piece by piece. PyAV in, PyAV out."""

from .analysis import Analysis, Seen, analyse
from .errors import ClipError, ClipNotWritten, ClipTooLarge, ClipUnsupported
from .probe import Clip, kind_of, probe
from .swap_clip import paint_segment, swap_clip

__all__ = [
    "Analysis",
    "Clip",
    "ClipError",
    "ClipNotWritten",
    "ClipTooLarge",
    "ClipUnsupported",
    "Seen",
    "analyse",
    "kind_of",
    "paint_segment",
    "probe",
    "swap_clip",
]
