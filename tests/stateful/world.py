"""What the machines act with: tiny photos, moments in between, the queue, and what is stored against what is named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_q.models import OrmQ

from faceswap_site.ops.unnamed_files import file_fields, stored_files
from recognition.engine import DecodedPhoto, encode_photo
from recognition.engine.types import ByteImage
from swaps.jobs.services import SwapResult
from tests.drawn import Portrait, draw

Act = Callable[[], None]


def nothing() -> None:
    """Happens in between, mostly."""


@cache
def portrait(hue: int) -> ByteImage:
    """A drawn face, large enough to be found and to be kept as a known one."""
    return draw(Portrait(330, 400, hue, 242))


def blank() -> ByteImage:
    return np.full((60, 60, 3), 200, np.uint8)


@cache
def _jpeg(shade: int) -> bytes:
    return encode_photo(np.full((48, 64, 3), shade, np.uint8), "JPEG")


@dataclass(frozen=True, eq=False)
class PhotoMeanwhile(DecodedPhoto):
    """A photo that lets something else happen while it is on its way into storage."""

    act: Act = nothing

    def release(self) -> None:
        self.act()


class FileMeanwhile(ContentFile[bytes]):
    """A file that lets something else happen while it is written."""

    def __init__(self, content: bytes, name: str, act: Act = nothing) -> None:
        super().__init__(content, name=name)
        self.act = act

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self.act()
        return super().chunks(chunk_size)


def photo(rgb: ByteImage, act: Act = nothing) -> DecodedPhoto:
    return PhotoMeanwhile(rgb=rgb, alpha=None, format="JPEG", act=act)


def result(act: Act = nothing) -> SwapResult:
    """What a worker made, without an engine."""
    return SwapResult(
        file=FileMeanwhile(_jpeg(200), "photo.jpg", act),
        thumbnail=ContentFile(_jpeg(180), name="thumbnail.jpg"),
        width=64,
        height=48,
        report={"seconds": 0.5, "faces": 1},
    )


def leave_file(name: str) -> str:
    """A file as a process leaves it that was killed before it named it."""
    return default_storage.save(name, ContentFile(_jpeg(10)))


def stored() -> set[str]:
    return set(stored_files())


def named() -> set[str]:
    """Every file that a row names."""
    rows: set[str] = set()
    for model, name in file_fields():
        rows.update(model._default_manager.exclude(**{name: ""}).values_list(name, flat=True))
    return rows - {None, ""}


def queued_jobs() -> set[str]:
    """The ids of the jobs that a task in the queue is about."""
    tasks: list[dict[str, Any]] = [row.task for row in OrmQ.objects.all()]
    return {task["args"][0] for task in tasks if task["func"] == "swaps.tasks.run_swap"}


@dataclass
class Seen:
    """A job as the last step left it."""

    owner: int
    price: int
    status: str
    attempts: int
    taken_down: bool = False
    shown_at: set[str] = field(default_factory=set)  # every address of its result that was ever given to others
