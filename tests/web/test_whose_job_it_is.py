"""Every address of a job answers its owner, and tells everyone else that it does not exist."""

import pytest
from django.test import Client
from django.urls import reverse

from swaps.models import SwapJob

GET_PAGES = ("detail", "result", "thumbnail", "target", "face")
POST_PAGES = ("delete", "cancel")


@pytest.mark.parametrize("name", GET_PAGES)
def test_the_owner_sees_it(alice_client: Client, done_job: SwapJob, name: str) -> None:
    answer = alice_client.get(reverse(f"swaps:{name}", args=[done_job.pk]))
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_the_owner_takes_it_in_any_format(alice_client: Client, done_job: SwapJob, extension: str) -> None:
    answer = alice_client.get(reverse("swaps:download", args=[done_job.pk, extension]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"image/{extension.replace('jpg', 'jpeg')}"
    assert f".{extension}" in answer["Content-Disposition"]


def test_an_unknown_format_is_not_there(alice_client: Client, done_job: SwapJob) -> None:
    assert alice_client.get(reverse("swaps:download", args=[done_job.pk, "exe"])).status_code == 404


@pytest.mark.parametrize("name", GET_PAGES)
def test_another_account_is_told_it_does_not_exist(bob_client: Client, done_job: SwapJob, name: str) -> None:
    assert bob_client.get(reverse(f"swaps:{name}", args=[done_job.pk])).status_code == 404


def test_another_account_gets_no_other_format(bob_client: Client, done_job: SwapJob) -> None:
    assert bob_client.get(reverse("swaps:download", args=[done_job.pk, "png"])).status_code == 404


@pytest.mark.parametrize("name", POST_PAGES)
def test_another_account_changes_nothing(bob_client: Client, done_job: SwapJob, name: str) -> None:
    assert bob_client.post(reverse(f"swaps:{name}", args=[done_job.pk])).status_code == 404
    done_job.refresh_from_db()
    assert done_job.status == "done"


@pytest.mark.parametrize("name", GET_PAGES)
def test_someone_signed_out_is_asked_to_sign_in(client: Client, done_job: SwapJob, name: str) -> None:
    answer = client.get(reverse(f"swaps:{name}", args=[done_job.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_selection_leaves_other_peoples_results_alone(bob_client: Client, done_job: SwapJob) -> None:
    bob_client.post(reverse("swaps:selection"), {"job": str(done_job.pk), "action": "delete"})
    assert SwapJob.objects.filter(pk=done_job.pk).exists()


def test_another_accounts_photos_are_not_used_again(bob_client: Client, done_job: SwapJob) -> None:
    fields = {"face_from": str(done_job.pk), "target_from": str(done_job.pk)}
    answer = bob_client.post(reverse("swaps:new"), fields)
    assert answer.status_code == 400
    assert "Choose a face photo." in answer.content.decode()
