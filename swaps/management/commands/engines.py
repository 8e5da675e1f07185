"""`manage.py engines`: the operator's ONNX networks, listed, taken in, looked at, switched on and off, removed."""

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recognition.engine import encode_photo
from recognition.management.arguments import telling
from swaps.engine.models.families import FAMILIES
from swaps.engines import registry
from swaps.engines.self_test import compared
from swaps.models import OperatorEngine
from swaps.results.marking import XMP


class Command(BaseCommand):
    help = "Lists the networks that you brought, takes others in, looks at them, and switches them on and off."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="show all engines, and files in ENGINES_DIR that are none yet")
        add = actions.add_parser("add", help="take an .onnx or .dfm file in")
        add.add_argument("file", type=Path)
        add.add_argument("--licence", required=True, help="the licence under which you use it, in words")
        add.add_argument("--licence-url", default="", help="where that licence stands")
        add.add_argument("--accept", action="store_true", help="you have read the licence and answer for keeping to it")
        add.add_argument("--by", default=getpass.getuser(), help="who accepts it (default: you)")
        add.add_argument("--commercial", action="store_true", help="the licence allows commercial use, so it may cost")
        add.add_argument(
            "--family", default="", choices=["", *FAMILIES], metavar="FAMILY", help="where it can't be told"
        )
        for action, text in (
            ("enable", "let people use it"),
            ("disable", "switch it off"),
            ("remove", "forget it and delete its file"),
        ):
            actions.add_parser(action, help=text).add_argument("name")

        probe = actions.add_parser("probe", help="load and run it in a process of its own, under limits; then test it")
        probe.add_argument("name")
        probe.add_argument("--pictures", type=Path, help="a folder for pictures of the test, side by side")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling(self.stderr):
            getattr(self, f"_{options['action']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for engine in OperatorEngine.objects.all():
            state = "on" if engine.enabled else "off" if engine.probed else "not probed"
            seen = "{provider}, {ms} ms a face, {megabytes} MB".format(**engine.probe) if engine.probe else ""
            terms = "non-commercial" if engine.non_commercial else f"{engine.price} points"
            row = (engine.name, FAMILIES[engine.family].title, state, terms, seen, engine.sha256[:12])
            self.stdout.write("  ".join(cell for cell in row if cell))
        for path in registry.unknown_files():
            self.stdout.write(f"{path.name}  not added yet: manage.py engines add {path} --licence … --accept")

    def _add(self, options: dict[str, Any]) -> None:
        if not options["accept"]:
            raise registry.EngineError(case="licence")
        engine = registry.add(
            options["file"],
            licence=options["licence"],
            licence_url=options["licence_url"],
            accepted_by=options["by"],
            non_commercial=not options["commercial"],
            family=options["family"],
        )
        self.stdout.write(f"Added {engine.name}: {FAMILIES[engine.family].title}, SHA-256 {engine.sha256}.")
        self.stdout.write(f"Next: manage.py engines probe {engine.name}")

    def _probe(self, options: dict[str, Any]) -> None:
        engine = registry.look_at(registry.engine_named(options["name"]))
        seen = engine.probe
        self.stdout.write(f"{engine.name} runs on {seen['provider']}: {seen['ms']} ms a face, {seen['megabytes']} MB.")
        if engine.role == "swapper":
            self._compare(engine, options["pictures"])

    def _compare(self, engine: OperatorEngine, pictures: Path | None) -> None:
        """The measures of a swapper beside those of the classic engine, where it has what it needs."""
        missing = [name for name, helper in registry.helpers_of(engine).items() if helper is None]
        if missing:
            self.stdout.write(f"To be tested beside the classic engine it needs {', '.join(missing)}, switched on.")
            return
        self.stdout.write("pair: likeness, pose, colour, ms; the classic engine's in brackets")
        for number, one in enumerate(compared(engine), 1):
            cells = ["no face is found on the result"]
            if one.network is not None:
                own, classic = asdict(one.network), asdict(one.classic)
                cells = [f"{name} {own[name]:g} ({classic[name]:g})" for name in own]
            self.stdout.write(f"{one.face} on {one.target}: {', '.join(cells)}")
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                (pictures / f"{engine.name}-{number}.jpg").write_bytes(encode_photo(one.picture, "JPEG", xmp=XMP))

    def _enable(self, options: dict[str, Any]) -> None:
        registry.enable(registry.engine_named(options["name"]))
        self.stdout.write(f"{options['name']} is on.")

    def _disable(self, options: dict[str, Any]) -> None:
        registry.disable(registry.engine_named(options["name"]))
        self.stdout.write(f"{options['name']} is off.")

    def _remove(self, options: dict[str, Any]) -> None:
        registry.remove(registry.engine_named(options["name"]))
        self.stdout.write(f"{options['name']} and its file are gone.")
