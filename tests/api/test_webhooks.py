"""Callbacks: made with the end of a job, signed, tried after the table, logged, and sent again by hand."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from recognition.engine import NoFaceFound
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import services, webhooks
from swaps.jobs.submission import Callback, FaceInput, Submit
from swaps.jobs.webhook_secrets import rotate_secret, secrets_in_use
from swaps.models import SwapJob, WebhookDelivery
from tests.services.test_swap_lifecycle import photo

from .test_fetch import reply, server

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:1/hook"


def submit(owner: User, url: str = URL) -> SwapJob:
    return services.submit_swap(
        Submit(
            PhotoInput(photo=photo("biden.jpg")),
            [FaceInput(PhotoInput(photo("obama.jpg")))],
            callback=Callback(url, "http://site.example.org"),
        ),
        owner=owner,
        origin="api",
    )


def ended(owner: User, url: str = URL) -> WebhookDelivery:
    assert services.cancel_swap(submit(owner, url))
    return WebhookDelivery.objects.get()


def try_now(delivery: WebhookDelivery) -> WebhookDelivery:
    """Make the next try as if its time had come."""
    WebhookDelivery.objects.update(next_try=timezone.now())
    tasks.deliver_webhook(str(delivery.pk))
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_a_delivery_is_made_with_every_kind_of_end(end: str, alice: User) -> None:
    job = submit(alice)
    if end == "cancelled":
        services.cancel_swap(job)
    elif end == "failed":
        claim = services.start_swap(job.pk)
        assert claim is not None
        services.fail_swap(claim, NoFaceFound(photo="face photo"))
    else:
        tasks.run_swap(str(job.pk))
    delivery = WebhookDelivery.objects.get()
    try_now(delivery)
    body = json.loads(delivery.body or WebhookDelivery.objects.get().body)
    assert (body["type"], body["data"]["id"]) == (f"swap.{end}", str(job.pk))


def test_the_table_of_tries_is_followed_to_its_end(alice: User) -> None:
    delivery = ended(alice)
    waits = []
    for tries in range(1, 9):
        before = timezone.now()
        try_now(delivery)
        assert delivery.tries == tries
        waits.append(round((delivery.next_try - before).total_seconds()))
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000, 0]
    assert delivery.state == "failed"
    assert delivery.attempts.count() == 8
    assert "Only the ports 80 and 443 are called" in str(delivery.attempts.first())


def test_a_try_is_made_once_and_not_before_its_time(alice: User) -> None:
    delivery = ended(alice)
    tasks.deliver_webhook(str(delivery.pk))
    tasks.deliver_webhook(str(delivery.pk))
    delivery.refresh_from_db()
    assert delivery.tries == 1


@pytest.mark.parametrize(
    ("answer", "state"), [("200 OK", "delivered"), ("204 No", "delivered"), ("410 Gone", "gone"), ("500 No", "pending")]
)
def test_the_answer_decides(answer: str, state: str, alice: User, settings: Any) -> None:
    with server(reply(f"HTTP/1.1 {answer}\nContent-Length: 0")) as host:
        settings.FETCH_ALLOW_HOSTS = [host]
        assert try_now(ended(alice, f"http://{host}/")).state == state


def test_a_callback_where_nothing_listens_says_so(alice: User, settings: Any) -> None:
    settings.FETCH_ALLOW_HOSTS = ["127.0.0.1:1"]
    attempt = try_now(ended(alice)).attempts.get()
    assert str(attempt).startswith("Nothing listens at 127.0.0.1, port 1.")


def test_a_redirect_is_a_failure_and_is_not_followed(alice: User, settings: Any) -> None:
    asked = []

    def redirect(connection: Any) -> None:
        asked.append(1)
        reply("HTTP/1.1 302 Found\nLocation: /other\nContent-Length: 0")(connection)

    with server(redirect) as host:
        settings.FETCH_ALLOW_HOSTS = [host]
        assert try_now(ended(alice, f"http://{host}/")).state == "pending"
    assert len(asked) == 1


def test_both_secrets_sign_during_a_rotation(alice: User) -> None:
    first = secrets_in_use(alice)
    rotate_secret(alice)
    secrets = secrets_in_use(alice)
    assert len(secrets) == 2 and secrets[1:] == first
    delivery = try_now(ended(alice))
    headers = webhooks.signed_headers(WebhookDelivery.objects.select_related("job__owner").get(pk=delivery.pk))
    for secret in secrets:
        assert Webhook(secret).verify(delivery.body, headers)["type"] == "swap.cancelled"
    rotate_secret(alice)
    assert secrets_in_use(alice)[1:] == secrets[:1]


def test_the_sweep_finds_tries_whose_queue_entry_was_lost(alice: User) -> None:
    ended(alice)
    assert webhooks.enqueue_due() == 0
    WebhookDelivery.objects.update(enqueue_at=timezone.now() - timedelta(seconds=1))
    assert webhooks.enqueue_due() == 1
    assert webhooks.enqueue_due() == 0


def test_the_page_shows_every_try_and_sends_again(alice: User, alice_client: Client, bob_client: Client) -> None:
    delivery = ended(alice)
    for _ in range(8):
        try_now(delivery)
    page = alice_client.get("/account/webhooks/").content.decode()
    assert page.count("Only the ports 80 and 443 are called") == 8 and "whsec_" in page
    assert "url_refused" not in bob_client.get("/account/webhooks/").content.decode()
    assert bob_client.post(f"/account/webhooks/{delivery.pk}/again").status_code == 404
    assert alice_client.post(f"/account/webhooks/{delivery.pk}/again").status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert alice_client.post("/account/webhooks/rotate").status_code == 302
