"""What a worker does for a job: photos out of storage, through the engine, into a result ready to be stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from recognition.engine import Photo

from .engine import SwapOptions, swap_faces
from .models import SwapJob
from .photos import load_photo, photo_file, thumbnail_file

if TYPE_CHECKING:
    import numpy as np

Stage = SwapJob.Stage


@dataclass(frozen=True)
class SwapResult:
    """A finished picture with its thumbnail, encoded, and what is worth telling about its making."""

    file: ContentFile[bytes]
    thumbnail: ContentFile[bytes]
    width: int
    height: int
    report: dict[str, Any]


def make_result(job: SwapJob, *, on_stage: Callable[[Stage], None]) -> SwapResult:
    """Run the engine for a job.

    Raises
    ------
    DomainError
        Where a photo shows no usable face, or another thing that the person can mend.
    """
    started = time.monotonic()
    target = load_photo(job.target.name, label="photo to change")
    sources: dict[int | None, list[np.ndarray[Any, np.dtype[np.uint8]]]] = {}
    for face in job.faces.all():
        sources.setdefault(face.index, []).append(load_photo(face.photo.name, label="face photo").rgb)
    rgb = swap_faces(target.rgb, sources, SwapOptions(**job.options), on_stage=lambda name: on_stage(Stage(name)))
    on_stage(Stage.SAVING)
    photo = Photo(rgb=rgb, alpha=target.alpha, format=target.format)
    return SwapResult(
        file=photo_file(photo),
        thumbnail=thumbnail_file(photo),
        width=rgb.shape[1],
        height=rgb.shape[0],
        report={"seconds": round(time.monotonic() - started, 3)},
    )
