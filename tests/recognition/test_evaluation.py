"""The evaluation counts what it says it counts, on paper and on real photos."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recognition.engine.evaluate import Evaluation, Rate, evaluate
from tests.photos import photo_set, sample


def report_on(directory: Path, tmp_path: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate_recognition", str(directory), json=True, pictures=tmp_path / "pictures", stdout=out)
    return dict(json.loads(out.getvalue()))


def labelled(folder: Path, **identities: str) -> Path:
    folder.mkdir()
    for name in identities.values():
        shutil.copy(sample(name), folder)
    rows = [f"{name},{key.split('_')[0]}" for key, name in identities.items()]
    (folder / "identities.csv").write_text("\n".join(["file,identity", *rows, "lost.jpg,nobody"]))
    return folder


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    rng = np.random.default_rng(3)
    distances = np.round(rng.normal(0.6, 0.2, 200), 2).astype(np.float32)
    genuine = rng.random(200) < 0.3
    numbers = np.arange(200)
    result = Evaluation(numbers, numbers, distances, genuine, 0.6)
    near, far = distances[genuine], distances[~genuine]
    plain = np.mean((near[:, None] < far) + (near[:, None] == far) / 2)
    assert result.auc == pytest.approx(plain)
    false, true = result.roc()
    assert np.trapezoid(true, false) == pytest.approx(plain, abs=1e-5)
    errors = (near > 0.6).sum() + (far <= 0.6).sum()
    assert result.wrong.errors == errors == result.false_match.errors + result.false_non_match.errors


def test_nothing_wrong_in_few_trials_is_not_told_as_certainty() -> None:
    assert Rate(0, 250).value == 0
    assert Rate(0, 250).interval[1] == pytest.approx(0.0151, abs=1e-3)
    assert Rate(0, 0).interval == (0, 1)


def test_without_pairs_of_one_person_there_is_no_area() -> None:
    rows = np.eye(3, 128, dtype=np.float32)
    assert evaluate(rows, ["a", "b", "c"], threshold=0.6).auc is None


def test_labelled_photos_are_told_apart(tmp_path: Path) -> None:
    photos = {"obama_1": "obama.jpg", "obama_2": "obama2.jpg", "obama_3": "obama3.jpg", "biden": "biden.jpg"}
    report = report_on(labelled(tmp_path / "photos", **photos), tmp_path)
    assert (report["pairs"], report["genuine_pairs"], report["auc"], report["accuracy"]) == (6, 3, 1, 1)
    assert report["undetected"] == ["lost.jpg"]
    assert report["worst"]["obama"]["farthest_own"]["distance"] < 0.6
    for picture in report["pictures"]:
        ElementTree.parse(picture)


@pytest.mark.parametrize("labels", [None, "name,who\na.jpg,a", "file,identity\na.jpg"])
def test_a_folder_without_labels_is_named(tmp_path: Path, labels: str | None) -> None:
    if labels:
        (tmp_path / "identities.csv").write_text(labels)
    with pytest.raises(CommandError, match=r"needs a file identities\.csv"):
        call_command("evaluate_recognition", str(tmp_path))


def test_the_portraits_beside_the_project_are_told_apart(tmp_path: Path) -> None:
    report = report_on(photo_set("portraits"), tmp_path)
    assert (report["auc"], report["accuracy"], report["undetected"]) == (1, 1, [])
