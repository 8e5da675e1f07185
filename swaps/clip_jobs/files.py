"""Files of clips, which the engine reads and writes by path, in a storage that may have none."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db.models.fields.files import FieldFile

from swaps.engine.clips import Analysis, Clip
from swaps.models import ClipTask, SwapClip

State = ClipTask.State


def known_clip(clip: SwapClip) -> Clip:
    """What the row says of a clip, for whoever needs no picture of it."""
    return Clip(
        path=Path(),
        kind=clip.format,
        width=clip.width,
        height=clip.height,
        seconds=clip.duration,
        time_base=Fraction(clip.time_base),
        rate=Fraction(clip.rate),
        sound=tuple(clip.sound),
    )


def read_analysis(clip: SwapClip) -> Analysis:
    """What the look at it found."""
    with clip.analysis.open("rb") as file:
        return Analysis.from_bytes(file.read())


def written(field: FieldFile, path: Path) -> None:
    """Put a file into the storage; the row, which is not saved, names it."""
    with path.open("rb") as file:
        field.save(path.name, File(file), save=False)


@contextmanager
def local(field: FieldFile, folder: Path) -> Iterator[Path]:
    """A stored file's path: its own where the storage is a disk, else that of a copy in the folder."""
    try:
        yield Path(field.path)
        return
    except NotImplementedError:
        copy = folder / Path(str(field.name)).name
    with field.open("rb") as file, copy.open("wb") as out:
        shutil.copyfileobj(file, out)
    yield copy


@contextmanager
def working_folder(task: ClipTask, attempt: int) -> Iterator[Path]:
    """A folder for what an attempt makes, gone after it; what attempts left that were killed goes first."""
    forget_dead_folders()
    with tempfile.TemporaryDirectory(prefix=f"{task.pk}-{attempt}-", dir=_root()) as name:
        yield Path(name)


def forget_dead_folders() -> None:
    """Delete the folders of attempts that hold no task any more."""
    for folder in _root().iterdir():
        task, attempt, *_rest = folder.name.split("-")
        held = ClipTask.objects.filter(pk=int(task), attempts=int(attempt), state=State.RUNNING)
        if not held.exists():
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root: Path = settings.FILE_UPLOAD_TEMP_DIR / "clips"
    root.mkdir(exist_ok=True)
    return root
