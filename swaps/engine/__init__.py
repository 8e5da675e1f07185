"""Faces swapped: arrays in, arrays out. Knows nothing of Django."""

from .fit import REASONS, Fit, fit, fit_of
from .options import OptionError, SwapOptions
from .region_points import FaceUnusable
from .source import SourceFace, source_from
from .swap import swap_into, swap_prepared
from .whole_photo import SwapResult, face_like, largest_face, prepare_source, swap_face, swap_faces

__all__ = [
    "REASONS",
    "FaceUnusable",
    "Fit",
    "OptionError",
    "SourceFace",
    "SwapOptions",
    "SwapResult",
    "face_like",
    "fit",
    "fit_of",
    "largest_face",
    "prepare_source",
    "source_from",
    "swap_face",
    "swap_faces",
    "swap_into",
    "swap_prepared",
]
