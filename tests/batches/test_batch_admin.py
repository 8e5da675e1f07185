"""Batches on the admin site: seen without any photo, cancelled and deleted as their owner would."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from accounts.points import accounts_out_of_balance
from swaps.models import SwapBatch, SwapJob

from .conftest import started, work

pytestmark = pytest.mark.django_db
LIST = "/admin/swaps/swapbatch/"


def test_an_administrator_sees_numbers_and_no_photo(alice: User, admin_client: Client) -> None:
    batch = started(alice, ["biden.jpg", "notes.txt", "astronaut.png"])
    work(1)
    page = admin_client.get(LIST).content.decode()
    assert '<td class="field-photos">3</td>' in page and '<td class="field-done">1</td>' in page
    row = admin_client.get(f"{LIST}{batch.pk}/change/").content.decode()
    assert "alice" in row and f"swaps/{batch.pk}/" not in row  # the folder of its photos
    assert admin_client.get(f"{LIST}add/").status_code == 403


def test_cancelled_there_gives_points_back(alice: User, admin_client: Client) -> None:
    batch = started(alice)
    work(1)
    chosen = {"action": "cancel_batches", "_selected_action": [str(batch.pk)]}
    assert "1 batches cancelled" in admin_client.post(LIST, chosen, follow=True).content.decode()
    alice.refresh_from_db()
    assert (SwapBatch.objects.get().status, alice.balance) == ("cancelled", 98)
    assert not accounts_out_of_balance()


def test_deleted_there_leaves_no_file(alice: User, admin_client: Client, own_files: Path) -> None:
    first, second = started(alice), started(alice)
    admin_client.post(f"{LIST}{first.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [str(second.pk)], "post": "yes"}
    admin_client.post(LIST, chosen)
    assert not SwapBatch.objects.exists() and not SwapJob.objects.exists()
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
