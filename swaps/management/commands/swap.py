"""`manage.py swap FACE TARGET -o OUT`: one swap, of a photo or a clip, with no server, no account and no database."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import largest_face
from recognition.engine import encode_photo
from recognition.management.arguments import read_photo, telling
from recognition.photos.content_check import refuse_explicit
from swaps.engine import SwapOptions
from swaps.engine.clips import ClipUnsupported, kind_of
from swaps.engine.label import with_label
from swaps.engine.presets import PRESETS
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.engines.choice import CLASSIC, EngineChoice, check_named
from swaps.engines.running import make
from swaps.management.clips import swap_file
from swaps.models import SwapJob
from swaps.results.marking import xmp_of
from swaps.results.verdict import to_store, verdict

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".avif": "AVIF"}
BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Puts the face of one photo on another photo, or on a clip."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
        parser.add_argument("face", type=Path, help="the photo that gives the face")
        parser.add_argument("target", type=Path, help="the photo or clip to change")
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            required=True,
            help="where the result goes (.jpg .png .webp .avif; of a clip .mp4 .mov .webm .gif .webp .png .avif)",
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
            check_named(choice)
            face, target, output = options["face"], options["target"], options["output"]
            chosen, label = SwapOptions(preset=options["preset"]), options["label"] or settings.REQUIRE_LABEL
            if kind_of(target) is None:
                self._swap(face, target, output, chosen, choice, label=label)
            elif choice == EngineChoice():
                part = options["begin"], options["end"]
                person = options["person"]
                swap_file(face, target, output, chosen, person=person, label=label, part=part, out=self.stdout)
            else:
                raise ClipUnsupported(case="engine")

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
