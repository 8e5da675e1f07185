"""Films of drawn portraits, and the steps that a clip takes to its result."""

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from recognition.engine import decode_photo
from recognition.engine.types import ByteImage
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.clip_jobs import services
from swaps.clip_jobs.intake import uploaded_clip
from swaps.jobs.submission import FaceInput
from swaps.models import ClipTask, SwapClip, SwapJob
from tests.clips import made
from tests.drawn import PORTRAITS, draw, drawn

RATE = 10
# A key frame every two seconds, so that segments part there.
KEYS = {"preset": "ultrafast", "crf": "15", "g": str(2 * RATE), "sc_threshold": "0"}


def pictures(seconds: float, names: tuple[str, ...] = ("biden.jpg",), size: tuple[int, int] = (320, 180)) -> Any:
    """Drawn people beside each other, who move to and fro."""
    for number in range(round(seconds * RATE)):
        picture = np.full((size[1], size[0], 3), (200, 202, 204), np.uint8)
        for place, name in enumerate(names):
            left = 20 + place * 150 + round(10 * np.sin(number / 5))
            picture[20:150, left : left + 110] = _portrait(name)
        yield picture


@cache
def _portrait(name: str) -> ByteImage:
    portrait = PORTRAITS[name]
    return np.asarray(
        cv2.resize(draw(portrait._replace(width=400, height=520)), (110, 130), interpolation=cv2.INTER_AREA)
    )


def film(path: Path, seconds: float = 6, names: tuple[str, ...] = ("biden.jpg",), **options: Any) -> Path:
    return made.write(path, pictures(seconds, names), rate=RATE, options=KEYS, **options)


def sent(path: Path) -> SimpleUploadedFile:
    """The film as a browser sends it."""
    return SimpleUploadedFile(path.name, path.read_bytes(), content_type="application/octet-stream")


def face(name: str = "obama.jpg", index: int | None = None) -> FaceInput:
    return FaceInput(PhotoInput(decode_photo(drawn(name).read_bytes())), index=index)


def submit(owner: User, path: Path, **wanted: Any) -> SwapJob:
    wanted.setdefault("faces", [face()])
    with uploaded_clip(sent(path)) as given:
        return services.submit_new_clip(given, services.SubmitClip(**wanted), owner=owner, origin="api")


def upload(owner: User, path: Path) -> SwapClip:
    with uploaded_clip(sent(path)) as given:
        return services.upload_clip(given, owner=owner)


def work_off(most: int = 100) -> int:
    """Do tasks as a worker does, one after the other, until none waits; return how many places it took."""
    for number in range(most):
        if not ClipTask.objects.filter(state=ClipTask.State.WAITING).filter(services.WANTED).exists():
            return number
        tasks.run_clip_task("any")
    raise AssertionError("the tasks don't end")
