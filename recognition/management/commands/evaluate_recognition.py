"""`manage.py evaluate_recognition DIR`: how well the model tells the people of labelled photos apart."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from faceswap_site.lib.errors import DomainError
from recognition.engine import describe_faces, find_faces
from recognition.engine.compare import CALIBRATION_SOURCE, DEFAULT_THRESHOLD
from recognition.engine.evaluate import Evaluation, Rate, evaluate
from recognition.management.arguments import read_photo, threshold
from recognition.management.plots import histogram_svg, roc_svg


class Command(BaseCommand):
    help = "Compares all pairs of the photos named in DIR/identities.csv (columns file, identity)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--threshold", type=threshold, default=DEFAULT_THRESHOLD)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--pictures", type=Path, help="where roc.svg and distances.svg go (DATA_DIR/evaluation)")

    def handle(self, *args: Any, **options: Any) -> None:
        labelled = _labelled(options["directory"])
        files, labels, descriptors, undetected = _described(options["directory"], labelled)
        if len(files) < 2:
            raise CommandError("Fewer than two photos show a face: there is nothing to compare.")
        result = evaluate(descriptors, labels, threshold=options["threshold"])
        report = {
            "photos": len(labelled),
            "identities": len(set(labels)),
            **_figures(result),
            "undetected": undetected,
            "worst": _worst_cases(result, files, labels),
            "pictures": _draw(result, options["pictures"] or settings.DATA_DIR / "evaluation"),
        }
        self.stdout.write(json.dumps(report, indent=2) if options["json"] else _in_words(report))


def _labelled(directory: Path) -> list[tuple[str, str]]:
    try:
        with (directory / "identities.csv").open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, skipinitialspace=True))
        return [(row["file"].strip(), row["identity"].strip()) for row in rows]
    except (OSError, KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{directory} needs a file identities.csv with the columns file and identity.") from error


def _described(directory: Path, labelled: list[tuple[str, str]]) -> tuple[list[str], list[str], Any, list[str]]:
    files, labels, descriptors, undetected = [], [], [], []
    for name, identity in labelled:
        try:
            rgb = read_photo(directory / name).rgb
            faces = find_faces(rgb, mode="largest")
        except (DomainError, OSError):
            faces = []
        if not faces:
            undetected.append(name)
            continue
        files.append(name)
        labels.append(identity)
        descriptors.append(describe_faces(rgb, faces)[0])
    return files, labels, np.array(descriptors, np.float32).reshape(-1, 128), undetected


def _figures(result: Evaluation) -> dict[str, Any]:
    calibration = result.calibration
    wrong, auc = result.wrong, result.auc
    return {
        "pairs": len(result.distances),
        "genuine_pairs": int(result.genuine.sum()),
        "impostor_pairs": int((~result.genuine).sum()),
        "threshold": result.threshold,
        "auc": None if auc is None else round(auc, 6),
        "accuracy": round(1 - wrong.value, 6),
        "accuracy_interval": [round(1 - end, 6) for end in reversed(wrong.interval)],
        "false_match": _rate(result.false_match),
        "false_non_match": _rate(result.false_non_match),
        "calibration": CALIBRATION_SOURCE,
        "calibration_of_these_photos": calibration
        and {"centre": round(calibration.centre, 4), "slope": round(calibration.slope, 2)},
    }


def _rate(rate: Rate) -> dict[str, Any]:
    interval = [round(end, 6) for end in rate.interval]
    return {"rate": round(rate.value, 6), "errors": rate.errors, "trials": rate.trials, "interval_95": interval}


def _worst_cases(result: Evaluation, files: list[str], labels: list[str]) -> dict[str, dict[str, Any]]:
    """For each identity the farthest pair of its own photos and the nearest photo of somebody else."""
    names = np.array(labels, dtype=object)
    worst = {}
    for identity in sorted(set(labels)):
        mine = (names[result.first] == identity) | (names[result.second] == identity)
        worst[identity] = {
            "farthest_own": _pair(result, files, np.flatnonzero(mine & result.genuine), nearest=False),
            "nearest_other": _pair(result, files, np.flatnonzero(mine & ~result.genuine), nearest=True),
        }
    return worst


def _pair(result: Evaluation, files: list[str], pairs: Any, *, nearest: bool) -> dict[str, Any] | None:
    if not len(pairs):
        return None
    distances = result.distances[pairs]
    chosen = pairs[int(distances.argmin() if nearest else distances.argmax())]
    both = [files[result.first[chosen]], files[result.second[chosen]]]
    return {"distance": round(float(result.distances[chosen]), 4), "files": both}


def _draw(result: Evaluation, directory: Path) -> list[str]:
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, drawn in (("roc.svg", roc_svg(result)), ("distances.svg", histogram_svg(result))):
        (directory / name).write_text(drawn)
        written.append(str(directory / name))
    return written


def _in_words(report: dict[str, Any]) -> str:
    def rate(key: str) -> str:
        one = report[key]
        low, high = one["interval_95"]
        return f"{one['rate']:.2%} ({one['errors']} of {one['trials']}; 95 % interval {low:.2%} to {high:.2%})"

    low, high = report["accuracy_interval"]
    auc = "not defined" if report["auc"] is None else f"{report['auc']:.4f}"
    lines = [
        f"{report['photos']} photos of {report['identities']} people, {report['pairs']} pairs "
        f"({report['genuine_pairs']} of one person)",
        f"AUC              {auc}",
        f"accuracy         {report['accuracy']:.2%} at {report['threshold']:g} (95 % interval {low:.2%} to {high:.2%})",
        f"false match      {rate('false_match')}",
        f"false non-match  {rate('false_non_match')}",
        f"undetected       {', '.join(report['undetected']) or 'none'}",
        "",
        "identity              farthest own photo   nearest of another person",
    ]
    for identity, worst in report["worst"].items():
        own, other = (
            f"{case['distance']:.3f}" if case else "–" for case in (worst["farthest_own"], worst["nearest_other"])
        )
        lines.append(f"{identity[:20]:<20}  {own:>18}   {other:>25}")
    return "\n".join([*lines, "", *report["pictures"]])
