"""`manage.py swap FACE TARGET -o OUT`: one swap, of a photo or a clip, with no server, no account and no database.

Of several photos or clips, OUT is a folder: `manage.py swap FACE A.jpg B.jpg -o DIR`.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import largest_face
from recognition.engine import encode_photo
from recognition.management.arguments import BAD_INPUT, read_photo, said, telling
from recognition.photos.content_check import refuse_explicit
from swaps.engine import SwapOptions
from swaps.engine.clips import kind_of
from swaps.engine.label import with_label
from swaps.engine.presets import PRESETS
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import CLASSIC, EngineChoice, check_usable
from swaps.engines.running import make
from swaps.management.clips import swap_file
from swaps.models import SwapJob
from swaps.results.marking import xmp_of
from swaps.results.verdict import to_store, verdict

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".avif": "AVIF"}
BAR_WIDTH = 30


def outputs_in(folder: Path, targets: Sequence[Path]) -> Iterator[Path]:
    """Where in a folder each result goes: under its own name, with a number where that is taken or an original.

    A photo of a kind that is not written becomes a JPEG.
    """
    taken: set[str] = set()
    originals = {target.resolve() for target in targets}
    for target in targets:
        suffix = target.suffix if target.suffix.lower() in FORMATS or kind_of(target) is not None else ".jpg"
        names = (f"{target.stem}{suffix}", *(f"{target.stem}-{n}{suffix}" for n in range(2, len(targets) + 2)))
        name = next(name for name in names if name.lower() not in taken and (folder / name).resolve() not in originals)
        taken.add(name.lower())
        yield folder / name


class Command(BaseCommand):
    help = "Puts the face of one photo on another photo, or on a clip."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
        parser.add_argument("face", type=Path, help="the photo that gives the face")
        parser.add_argument("target", type=Path, nargs="+", help="the photo or clip to change, or several")
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            required=True,
            help="where the result goes (.jpg .png .webp .avif; of a clip .mp4 .mov .webm .gif .webp .png .avif); "
            "of several a folder, in which each keeps its name",
        )
        parser.add_argument("--engine", default=CLASSIC, help="classic, or an engine of yours (asks the database)")
        parser.add_argument("--enhancer", default="", help="an enhancer of yours to go over the face")
        parser.add_argument("--preset", choices=PRESETS, default=SwapOptions.preset, help="what matters more")
        parser.add_argument(
            "--person", type=int, help="whom of a clip to change, from 0 as they appear; else whom it shows most"
        )
        parser.add_argument("--from", dest="begin", type=float, help="second of a clip from which on it counts")
        parser.add_argument("--to", dest="end", type=float, help="second of a clip at which it ends")
        parser.add_argument("--label", action="store_true", help="write “Made with AI” into a corner of the result")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling(self.stderr):
            choice = EngineChoice(engine=options["engine"], enhancer=options["enhancer"])
            check_usable(choice, None)
            targets, output = options["target"], options["output"]
            if len(targets) == 1 and not output.is_dir():
                self._swap_one(targets[0], output, choice, options)
            else:
                self._swap_several(targets, output, choice, options)

    def _swap_several(
        self, targets: Sequence[Path], folder: Path, choice: EngineChoice, options: dict[str, Any]
    ) -> None:
        """Each in its turn; what can't be swapped is told and stops no other. Ends with code 2 where there was such."""
        folder.mkdir(parents=True, exist_ok=True)
        failed = 0
        for number, (target, output) in enumerate(zip(targets, outputs_in(folder, targets), strict=True), 1):
            self.stdout.write(f"{number} of {len(targets)}: {target}")
            try:
                self._swap_one(target, output, choice, options)
            except (DomainError, OSError) as error:
                failed += 1
                self.stderr.write(said(error))
        self.stdout.write(f"{len(targets) - failed} of {len(targets)} done, in {folder}.")
        if failed:
            sys.exit(BAD_INPUT)

    def _swap_one(self, target: Path, output: Path, choice: EngineChoice, options: dict[str, Any]) -> None:
        face, label = options["face"], options["label"] or settings.REQUIRE_LABEL
        chosen = SwapOptions(preset=options["preset"])
        if kind_of(target) is None:
            self._swap(face, target, output, chosen, choice, label=label)
        else:
            part, person = (options["begin"], options["end"]), options["person"]
            swap_file(face, target, output, chosen, choice, person=person, label=label, part=part, out=self.stdout)

    def _swap(
        self,
        face_path: Path,
        target_path: Path,
        output: Path,
        options: SwapOptions,
        choice: EngineChoice,
        *,
        label: bool,
    ) -> None:
        kind = FORMATS.get(output.suffix.lower())
        if kind is None:
            raise DomainError("invalid_output", output=output, endings=", ".join(FORMATS))
        face, target = read_photo(face_path), read_photo(target_path)
        for photo, name in ((face, FACE_PHOTO), (target, TARGET_PHOTO)):
            refuse_explicit(photo.rgb, name=name)
        self._show("finding")
        target_face = largest_face(target.rgb, TARGET_PHOTO)
        self._show("swapping")
        made = make(target.rgb, {0: [face.rgb]}, {0: target_face}, options, choice, None)
        if made.used.stood_in:
            raise DomainError("no_such_engine", case="failed", engine=f"{choice.engine} {choice.enhancer}".strip())
        self._show("saving")
        xmp = xmp_of(made.used.name, made.used.provider)
        data = encode_photo(with_label(made.rgb) if label else made.rgb, kind, alpha=target.alpha, xmp=xmp)
        partial = output.with_name(f".{output.name}.partial")
        try:
            partial.write_bytes(data)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        self._show("done")
        self.stdout.write(verdict(to_store(made.fit)) if made.fit else f"Made by {made.used.name}.")

    def _show(self, stage: str) -> None:
        """Draw the progress bar, on a terminal in place, elsewhere not at all."""
        if not self.stderr.isatty():
            return
        percent = SwapJob.PERCENT[SwapJob.Stage(stage)]
        filled = BAR_WIDTH * percent // 100
        label = SwapJob.Stage(stage).label
        self.stderr.write(f"\r\033[K[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {percent:3} % {label}", ending="")
        if percent == 100:
            self.stderr.write("")
