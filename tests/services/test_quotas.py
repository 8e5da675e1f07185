"""What an account may hold at a time: one too many is refused in words, with nothing kept, charged or queued."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from accounts.keys import issue_api_key
from accounts.models import User
from faceswap_site.lib.errors import TooManyRequests
from swaps import tasks
from swaps.jobs import services
from swaps.models import SwapJob, WebhookDelivery
from tests.api.conftest import ApiClient, problem, swap_request
from tests.api.test_webhooks import submit as submit_with_callback

from .test_swap_lifecycle import stored_files, submit

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def test_more_open_jobs_than_an_account_may_have_are_refused(alice: User, bob: User, settings: Any) -> None:
    settings.MOST_OPEN_JOBS = 2
    first, _second = submit(alice), submit(alice)
    with pytest.raises(TooManyRequests, match="may have 2 swaps that wait"):
        submit(alice)
    submit(bob)
    services.cancel_swap(first)
    submit(alice)
    settings.MOST_OPEN_JOBS = 0
    submit(alice)


@pytest.mark.django_db(transaction=True)
def test_of_many_jobs_at_once_as_many_pass_as_may(alice: User, own_files: Path, settings: Any) -> None:
    settings.MOST_OPEN_JOBS = 3

    def one(_number: int) -> bool:
        try:
            submit(alice)
        except TooManyRequests:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as executor:
        assert sum(executor.map(one, range(8))) == 3
    alice.refresh_from_db()
    assert (alice.balance, OrmQ.objects.count(), len(stored_files(own_files))) == (94, 3, 6)


def test_what_a_job_stores_is_counted_and_bounded(alice: User, own_files: Path, settings: Any) -> None:
    job = submit(alice)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert job.status == "done"
    assert job.stored_bytes == sum(path.stat().st_size for path in stored_files(own_files))
    settings.MOST_STORED_MB = 1
    submit(alice)
    SwapJob.objects.filter(pk=job.pk).update(stored_bytes=MEGABYTE)
    with pytest.raises(TooManyRequests, match="fill the 1 MB"):
        submit(alice)
    services.delete_swap(job)
    submit(alice)


def test_who_has_too_many_callbacks_that_do_not_arrive_names_no_more(alice: User, settings: Any) -> None:
    settings.MOST_CALLBACKS = 1
    job = submit_with_callback(alice)
    WebhookDelivery.objects.create(job=job, url=job.callback_url, next_try=timezone.now())
    with pytest.raises(TooManyRequests, match="have not arrived yet"):
        submit_with_callback(alice)
    submit(alice)  # one without a callback is taken
    WebhookDelivery.objects.update(state=WebhookDelivery.State.GONE)
    submit_with_callback(alice)


def test_a_program_is_told_what_is_too_much_and_when_to_come_back(alice: User, settings: Any) -> None:
    api = ApiClient(issue_api_key(owner=alice, name="program")[1])
    settings.MOST_OPEN_JOBS = 1
    assert api.post("/api/v1/swaps", swap_request()).status_code == 202
    answer = api.post("/api/v1/swaps", swap_request())
    assert problem(answer) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "60" and "swaps that wait" in answer.json()["detail"]
