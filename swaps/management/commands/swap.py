"""`manage.py swap FACE TARGET -o OUT`: one swap with no server, no account and no database."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import largest_face
from recognition.engine import encode_photo
from recognition.management.arguments import read_photo, telling
from swaps.chosen_engine import prepare_source, swap_faces
from swaps.engine import SwapOptions
from swaps.engine.presets import PRESETS
from swaps.engine.whole_photo import TARGET_PHOTO
from swaps.models import SwapJob
from swaps.results.marking import XMP
from swaps.results.verdict import to_store, verdict

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".avif": "AVIF"}
BAR_WIDTH = 30


class Command(BaseCommand):
    help = "Puts the face of one photo on another photo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
        parser.add_argument("face", type=Path, help="the photo that gives the face")
        parser.add_argument("target", type=Path, help="the photo to change")
        parser.add_argument(
            "-o", "--output", type=Path, required=True, help="where the result goes (.jpg .png .webp .avif)"
        )
        parser.add_argument("--preset", choices=PRESETS, default=SwapOptions.preset, help="what matters more")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling(self.stderr):
            self._swap(options["face"], options["target"], options["output"], SwapOptions(preset=options["preset"]))

    def _swap(self, face_path: Path, target_path: Path, output: Path, options: SwapOptions) -> None:
        kind = FORMATS.get(output.suffix.lower())
        if kind is None:
            raise DomainError("invalid_output", output=output, endings=", ".join(FORMATS))
        face, target = read_photo(face_path), read_photo(target_path)
        self._show("finding")
        source, target_face = prepare_source([face.rgb]), largest_face(target.rgb, TARGET_PHOTO)
        self._show("swapping")
        made = swap_faces(target.rgb, {0: source}, options, target_faces={0: target_face})
        self._show("saving")
        data = encode_photo(made.rgb, kind, alpha=target.alpha, xmp=XMP)
        partial = output.with_name(f".{output.name}.partial")
        try:
            partial.write_bytes(data)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        self._show("done")
        self.stdout.write(verdict(to_store(made.least_fit)))

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
