"""A person's own account: ledger, copy of everything, deletion."""

import io
import json
import zipfile
from pathlib import Path

from django.core import mail
from django.test import Client

from accounts.models import PointEntry, User
from swaps.models import SwapJob

from .conftest import make_job


def test_signing_up_needs_four_fields_only(client: Client, db: None) -> None:
    password = "a-long-password-of-mine"
    fields = {"username": "carol", "email": "carol@example.org", "password1": password, "password2": password}
    answer = client.post("/accounts/signup/", fields)
    assert answer.status_code == 302
    assert answer["Location"] == "/swaps/new/"
    assert User.objects.get(username="carol").balance == 100


def test_signing_up_leads_back_to_what_was_wanted(client: Client, db: None) -> None:
    wanted = "/swaps/new/?face_sample=obama.jpg"
    text = client.get("/accounts/signup/", {"next": wanted}).content.decode()
    assert 'name="next"' in text
    assert "face_sample=obama.jpg" in text


def test_the_overview_counts_swaps(alice_client: Client, alice: User) -> None:
    make_job(alice)
    make_job(alice, "failed")
    assert "2, of which 1 worked" in alice_client.get("/account/").content.decode()


def test_the_ledger_shows_the_balance_and_every_move_once(alice_client: Client, alice: User) -> None:
    make_job(alice)
    make_job(alice, "failed")
    answer = alice_client.get("/account/points/")
    assert ">98<" in answer.content.decode()
    assert sorted(entry.amount for entry in answer.context["page"]) == [-2, -2, 2, 100]


def test_the_copy_holds_everything(alice_client: Client, done_job: SwapJob) -> None:
    done_job.faces.update(title="grandmother")
    answer = alice_client.post("/account/export")
    content = answer.getvalue()
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("account.json"))["username"] == "alice"
        jobs = json.loads(archive.read("swaps.json"))
        assert jobs[0]["face_titles"] == ["grandmother"]
        assert set(jobs[0]["files"]) == {f"swaps/{done_job.pk}/{name}.jpg" for name in ("target", "result", "face-0")}
        assert set(jobs[0]["files"]) < set(archive.namelist())
        assert "Welcome" in archive.read("points.csv").decode()


def test_deleting_everything_leaves_nothing(alice_client: Client, done_job: SwapJob, own_files: Path) -> None:
    answer = alice_client.post("/account/delete/", {"password": "alice-password"}, follow=True)
    assert "Your account is deleted" in answer.content.decode()
    assert not User.objects.filter(username="alice").exists()
    assert not SwapJob.objects.exists()
    assert not PointEntry.objects.exists()
    assert [path for path in own_files.rglob("*") if path.is_file()] == []


def test_the_deletion_is_told_by_letter(alice_client: Client) -> None:
    alice_client.post("/account/delete/", {"password": "alice-password"})
    assert mail.outbox[0].to == ["alice@example.org"]
    assert mail.outbox[0].subject == "Your account is deleted"


def test_a_wrong_password_deletes_nothing(alice_client: Client, alice: User) -> None:
    answer = alice_client.post("/account/delete/", {"password": "guessed"})
    assert answer.status_code == 400
    assert "That is not your password." in answer.content.decode()
    assert User.objects.filter(pk=alice.pk).exists()


def test_the_ledger_gives_its_reasons_in_the_readers_language(alice_client: Client, alice: User) -> None:
    make_job(alice, "failed")
    assert {entry.reason for entry in PointEntry.objects.all()} == {"Welcome", "Swap"}
    text = alice_client.get("/account/points/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "<td>Swap</td>" not in text
    assert text.count("<td>换脸</td>") == 2
