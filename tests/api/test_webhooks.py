"""Callbacks: made with the end of a job, signed, tried after the table, logged, and sent again by hand."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as settings_of_the_site
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from standardwebhooks.webhooks import Webhook

from accounts.models import User
from faceswap_site.lib import fetch
from recognition.engine import NoFaceFound
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.jobs import circuit_breaker, services, webhooks
from swaps.jobs.submission import Callback, FaceInput, Submit
from swaps.jobs.webhook_secrets import rotate_secret, secrets_in_use
from swaps.models import CallbackHost, SwapJob, WebhookDelivery
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
    assert deliver_next() == delivery.pk
    delivery.refresh_from_db()
    return delivery


def deliver_next() -> UUID | None:
    """What the sweeper's process does with the next delivery that is due; its id, if there is one."""
    delivery = webhooks.claim_next()
    if delivery is None:
        return None
    tasks.deliver_webhook(delivery)
    return delivery.pk


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
        last = try_now(delivery).attempts.latest("pk")
        assert delivery.tries == tries
        waits.append(round((delivery.next_try - last.at).total_seconds()))
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000, 0]
    assert delivery.state == "failed"
    assert delivery.attempts.count() == 8
    assert "Only the ports 80 and 443 are called" in str(delivery.attempts.first())


def test_a_try_is_made_once_and_not_before_its_time(alice: User) -> None:
    delivery = ended(alice)
    assert deliver_next() == delivery.pk
    assert deliver_next() is None
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


def test_a_try_whose_process_died_is_made_again_by_another(alice: User) -> None:
    delivery = ended(alice)
    lost = webhooks.claim_next()
    assert lost is not None and webhooks.claim_next() is None
    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert deliver_next() == delivery.pk
    tasks.deliver_webhook(lost)  # the first was only slow: what it finds out comes too late
    delivery.refresh_from_db()
    assert (delivery.tries, delivery.attempts.count()) == (2, 1)


def test_an_account_has_two_tries_under_way_and_others_go_on(alice: User, bob: User) -> None:
    for owner in (alice, alice, alice, bob):
        services.cancel_swap(submit(owner))
    taken = [webhooks.claim_next() for _ in range(4)]
    assert [delivery and delivery.job and delivery.job.owner for delivery in taken] == [alice, bob, alice, None]


def test_nothing_of_a_delivery_is_in_the_queue_of_swaps(alice: User) -> None:
    job = submit(alice)
    waiting = OrmQ.objects.count()
    services.want_letter(job, site_url="http://testserver")
    assert services.cancel_swap(job)
    assert webhooks.send_again(WebhookDelivery.objects.get())
    assert OrmQ.objects.count() == waiting


def test_a_host_that_never_answers_in_time_is_left_alone_and_tried_again(alice: User, bob: User, settings: Any) -> None:
    asked, slow = list[bytes](), [True]

    def answer(connection: Any) -> None:
        if not slow[0]:
            reply("HTTP/1.1 200 OK\nContent-Length: 0")(connection)
        elif connection.recv(1):  # says nothing until the caller hangs up
            raise AssertionError("the caller sent more than its request")

    with server(answer, requests=asked) as host, pytest.MonkeyPatch.context() as patch:
        settings.FETCH_ALLOW_HOSTS = [host]
        patch.setattr(webhooks, "SECONDS_A_TRY", 0.2)
        delivery = ended(alice, f"http://{host}/")
        for _ in range(circuit_breaker.TIMEOUTS):
            try_now(delivery)
        assert len(asked) == circuit_breaker.TIMEOUTS
        try_now(delivery)
        assert "it was not called this time" in str(delivery.attempts.last())
        assert (len(asked), delivery.tries) == (circuit_breaker.TIMEOUTS, 4)
        # Another account's callbacks to the same host are not held up by this one's.
        with pytest.raises(fetch.FetchTooSlow), circuit_breaker.around(bob.pk, f"http://{host}/"):
            raise fetch.FetchTooSlow(n=1)
        # When its time is over, one call is let through; it fails, so the host is left alone for longer.
        CallbackHost.objects.filter(owner=alice).update(open_until=timezone.now())
        try_now(delivery)
        breaker = CallbackHost.objects.get(owner=alice)
        assert len(asked) == 4 and breaker.timeouts == 4
        assert breaker.open_until > timezone.now() + circuit_breaker.SHORTEST
        # By hand it is tried at once, and an answer makes all well.
        slow[0] = False
        assert webhooks.send_again(delivery)
        assert try_now(delivery).state == "delivered"
        assert not CallbackHost.objects.filter(owner=alice).exists()


def test_of_calls_that_come_at_once_after_a_rest_one_is_let_through(alice: User) -> None:
    url = "http://slow.example.org/hook"
    rested = timezone.now() - timedelta(seconds=1)
    CallbackHost.objects.create(owner=alice, host="slow.example.org", timeouts=3, open_until=rested)
    first, second = circuit_breaker.around(alice.pk, url), circuit_breaker.around(alice.pk, url)
    with first, pytest.raises(fetch.FetchTooSlow), second:
        raise AssertionError("a second call was let through")
    with circuit_breaker.around(alice.pk, url):
        pass


def test_a_host_that_nobody_called_for_a_day_is_forgotten(alice: User) -> None:
    now = timezone.now()
    for host, hours in (("old.example.org", 25), ("new.example.org", 23)):
        CallbackHost.objects.create(owner=alice, host=host, open_until=now - timedelta(hours=hours))
    circuit_breaker.forget_old()
    assert CallbackHost.objects.get().host == "new.example.org"


def test_by_hand_a_delivery_is_sent_again_where_no_try_is_under_way(alice: User, alice_client: Client) -> None:
    delivery = ended(alice)
    again = f"/account/webhooks/{delivery.pk}/again"
    claimed = webhooks.claim_next()
    assert claimed is not None
    page = alice_client.post(again, follow=True).content.decode()
    assert "The callback is being sent already." in page and webhooks.claim_next() is None
    tasks.deliver_webhook(claimed)
    assert "The callback is sent again." in alice_client.post(again, follow=True).content.decode()
    assert deliver_next() == delivery.pk


def test_sending_again_is_rationed(alice: User, alice_client: Client) -> None:
    delivery = ended(alice)
    most, _seconds = settings_of_the_site.RATE_LIMITS["callback_again"]
    answers = [alice_client.post(f"/account/webhooks/{delivery.pk}/again").status_code for _ in range(most + 1)]
    assert answers == [302] * most + [429]


def test_of_the_tries_of_a_delivery_the_last_are_kept(alice: User) -> None:
    delivery = ended(alice)
    first = try_now(delivery).attempts.get()
    for _ in range(webhooks.ATTEMPTS_KEPT):
        WebhookDelivery.objects.update(state="pending")
        try_now(delivery)
    assert delivery.attempts.count() == webhooks.ATTEMPTS_KEPT
    assert first not in delivery.attempts.all()


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
