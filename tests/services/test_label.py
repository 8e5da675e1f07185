"""The visible label: asked for with a job, or required by the operator; drawn in a corner and nowhere else."""

import json
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from recognition.photos.intake import PhotoInput
from recognition.photos.stored import load_photo
from swaps import tasks
from swaps.engine.label import with_label
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from tests.api.conftest import ApiClient, api, swap_request  # noqa: F401 - a fixture
from tests.drawn import drawn

from .test_swap_lifecycle import photo

CORNER = slice(-60, None)


@pytest.mark.parametrize("size", [(48, 64), (480, 640), (3000, 200), (1200, 4000)])
def test_the_label_is_in_the_corner_and_the_rest_is_untouched(size: tuple[int, int]) -> None:
    rgb = np.full((*size, 3), 128, np.uint8)
    changed = np.argwhere((with_label(rgb) != rgb).any(axis=2))
    assert len(changed) > 100
    top, left = changed.min(axis=0)
    assert top > size[0] * 0.5 and (left > size[1] * 0.25 or size[1] < 300)


def test_it_can_be_read_on_white_and_on_black() -> None:
    for shade in (0, 255):
        labelled = with_label(np.full((480, 640, 3), shade, np.uint8))
        plate = labelled[-50:-10, -140:-10].astype(int)
        assert plate.max() - plate.min() > 120


def result(owner: User, **asked: Any) -> np.ndarray[Any, Any]:
    target, faces = PhotoInput(photo("biden.jpg")), [FaceInput(PhotoInput(photo("obama.jpg")))]
    job = services.submit_swap(Submit(target, faces, **asked), owner=owner)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert job.status == "done"
    return load_photo(job.result, label="result").rgb.astype(int)


def corner_changed(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return bool(np.abs(one[-40:, -160:] - other[-40:, -160:]).max() > 60)


def test_a_result_has_it_where_its_owner_asks_or_the_operator_requires_it(alice: User, settings: Any) -> None:
    plain = result(alice)
    assert corner_changed(plain, result(alice, label=True))
    settings.REQUIRE_LABEL = True
    assert corner_changed(plain, result(alice))


@pytest.mark.parametrize("asked", [True, False])
def test_a_program_asks_for_it_among_the_options(api: ApiClient, asked: bool) -> None:  # noqa: F811
    assert api.post("/api/v1/swaps", swap_request(options={"label": asked})).status_code == 202
    with drawn("obama.jpg").open("rb") as face, drawn("biden.jpg").open("rb") as target:
        fields = {"face": face, "target": target, "options": json.dumps({"label": asked})}
        assert api.form("/api/v1/swaps", fields).status_code == 202
    assert [job.options["label"] for job in SwapJob.objects.all()] == [asked, asked]


@pytest.mark.parametrize("asked", [True, False])
def test_a_person_asks_for_it_in_the_studio(alice_client: Client, asked: bool) -> None:
    form = {"face_sample": "obama.jpg", "target_sample": "biden.jpg", "adjusted": "on"} | (
        {"label": "on"} if asked else {}
    )
    assert 'name="label"' in alice_client.get("/swaps/new/").content.decode()
    assert alice_client.post("/swaps/new/", form).status_code == 302
    assert SwapJob.objects.get().options["label"] is asked


def test_where_it_is_required_nobody_is_asked(alice_client: Client, settings: Any) -> None:
    settings.REQUIRE_LABEL = True
    assert 'name="label"' not in alice_client.get("/swaps/new/").content.decode()
