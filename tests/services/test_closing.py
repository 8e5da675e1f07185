"""Deleting an account while its programs go on sending: whatever comes when, no file is left that no row names."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from accounts.keys import KeyRefused, find_api_key, issue_api_key
from accounts.models import User
from accounts.privacy import deletion
from accounts.privacy.deletion import AccountClosed, close_account, delete_account
from faceswap_site.ops.unnamed_files import stored_files
from recognition.photos.found_faces import keep_boxes
from recognition.photos.intake import PhotoInput
from recognition.registry.bulk_uploads import start_bulk_upload
from recognition.registry.enrolment import Consent, add_person, keep_face
from recognition.registry.photo_check import CheckedFace, check_face
from swaps.jobs.account_hooks import JOBS_AT_ONCE
from swaps.jobs.services import submit_swap
from swaps.jobs.submission import FaceInput, Submit
from swaps.live.services import keep_snapshot
from swaps.models import SwapJob
from swaps.tasks import run_swap
from tests.conftest import make_account
from tests.drawn import drawn
from tests.faults.books import named_files
from tests.recognition.conftest import photo
from tests.recognition.test_admin import upload
from tests.security.test_signing_in import sign_in
from tests.web.conftest import make_job, small_photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def checked() -> CheckedFace:
    return check_face(photo("obama.jpg"))


def submit(account: User, _checked: CheckedFace) -> None:
    submit_swap(Submit(PhotoInput(small_photo()), [FaceInput(PhotoInput(small_photo()))]), owner=account, free=True)


def find(account: User, _checked: CheckedFace) -> None:
    keep_boxes(owner=account, photo=small_photo(), boxes=[])


def enrol(account: User, checked: CheckedFace) -> None:
    person = add_person(account=account, name="Somebody", consent=Consent("consent"))
    keep_face(account=account, person=person, checked=checked)


def snap(account: User, _checked: CheckedFace) -> None:
    keep_snapshot(owner=account, jpeg=drawn("obama.jpg").read_bytes())


def bulk(account: User, _checked: CheckedFace) -> None:
    start_bulk_upload(account=account, files=[upload("obama.jpg")], consent=Consent("law"))


WRITERS = (submit, find, enrol, snap)


@pytest.mark.parametrize("number", range(5))
def test_whatever_comes_while_an_account_is_deleted_leaves_no_file(number: int, checked: CheckedFace) -> None:
    account = make_account(f"busy-{number}")
    refused: list[str] = []

    def go_on(write: Callable[[User, CheckedFace], None]) -> None:
        try:
            while True:
                write(User.objects.get(pk=account.pk) if write is enrol else account, checked)
        except (AccountClosed, User.DoesNotExist):
            refused.append(write.__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=go_on, args=[WRITERS[n % len(WRITERS)]]) for n in range(10)]
    for thread in threads:
        thread.start()
    while SwapJob.objects.filter(owner=account).count() < 5 + number:
        pass
    delete_account(account)
    for thread in threads:
        thread.join(60)
    assert len(refused) == len(threads)
    assert not User.objects.filter(pk=account.pk).exists()
    assert set(stored_files()) == named_files() == set()


@pytest.mark.parametrize("write", [submit, find, enrol, snap, bulk])
def test_a_closed_account_keeps_nothing_new(write: Callable[[User, CheckedFace], None], checked: CheckedFace) -> None:
    account = make_account("alice")
    User.objects.filter(pk=account.pk).update(is_staff=True)
    account.refresh_from_db()
    close_account(account)
    with pytest.raises(AccountClosed):
        write(account, checked)
    assert list(stored_files()) == []


def test_a_face_is_not_kept_for_an_account_that_closed_meanwhile(checked: CheckedFace) -> None:
    account = make_account("alice")
    person = add_person(account=account, name="Somebody", consent=Consent("consent"))
    close_account(account)
    with pytest.raises(AccountClosed):
        keep_face(account=account, person=person, checked=checked)
    assert list(stored_files()) == []


@pytest.mark.long
@pytest.mark.again
def test_an_account_with_many_swaps_is_deleted_while_others_write(monkeypatch: pytest.MonkeyPatch) -> None:
    account, other = make_account("alice"), make_account("bob")
    SwapJob.objects.bulk_create(SwapJob(owner=account, price=0) for _ in range(3 * JOBS_AT_ONCE))

    def somebody_writes(_job: object) -> None:
        def write() -> None:
            User.objects.filter(pk=other.pk).update(retention_days=7)
            connection.close()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    monkeypatch.setattr("swaps.jobs.services.delete_job_files", somebody_writes)
    delete_account(account)
    assert list(User.objects.all()) == [other]


def test_closing_lets_nobody_in_any_more() -> None:
    account = make_account("alice")
    _key, text = issue_api_key(owner=account, name="mine")
    one, other = Client(), Client()
    for client in (one, other):
        sign_in(client, "alice", "alice-password")
    assert other.get("/account/").status_code == 200
    close_account(account)
    assert Session.objects.count() == 0
    assert other.get("/account/").status_code == 302
    with pytest.raises(KeyRefused):
        find_api_key(text)


def test_the_database_refuses_to_forget_an_account_before_its_files() -> None:
    account = make_account("alice")
    make_job(account)
    with pytest.raises(ProtectedError):
        account.delete()


def test_a_deletion_that_was_broken_off_is_finished_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    account, other = make_account("alice"), make_account("bob")
    make_job(account)
    make_job(other)
    close_account(account)
    assert deletion.finish_deletions() == 0  # it may be under way
    User.objects.filter(pk=account.pk).update(closed=timezone.now() - timedelta(hours=1))
    assert deletion.finish_deletions() == 1
    assert list(User.objects.all()) == [other]
    assert set(stored_files()) == named_files()


def test_an_account_with_swaps_is_deleted_on_the_admin_site(client: Client) -> None:
    account = make_account("alice")
    make_job(account)
    client.force_login(User.objects.create_superuser("root"))
    page = f"/admin/accounts/user/{account.pk}/delete/"
    assert "Are you sure" in client.get(page).content.decode()
    client.post(page, {"post": "yes"})
    assert not User.objects.filter(pk=account.pk).exists()
    assert list(stored_files()) == []


def test_a_swap_that_is_deleted_under_its_worker_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account("alice")
    job, troubles = make_job(account, "queued"), []

    def work(*_args: object, **_options: object) -> None:
        delete_account(account)
        raise FileNotFoundError("the photo to change")

    monkeypatch.setattr("swaps.jobs.runner.make_result", work)
    monkeypatch.setattr("swaps.tasks.logger.exception", lambda *words: troubles.append(words))
    run_swap(str(job.pk))
    assert troubles == [] and not SwapJob.objects.exists()
