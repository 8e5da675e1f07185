"""Faces swapped: arrays in, arrays out. Knows nothing of Django."""

from swaps.engine.many import SwapResult, face_like, largest_face, prepare_source, swap_face, swap_faces
from swaps.engine.mesh import FaceUnusable
from swaps.engine.options import OptionError, SwapOptions
from swaps.engine.source import SourceFace, source_from
from swaps.engine.swap import swap_into, swap_prepared

__all__ = [
    "FaceUnusable",
    "OptionError",
    "SourceFace",
    "SwapOptions",
    "SwapResult",
    "face_like",
    "largest_face",
    "prepare_source",
    "source_from",
    "swap_face",
    "swap_faces",
    "swap_into",
    "swap_prepared",
]
