"""Pages of batches, as requests without a script make them, and what the script asks."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from swaps.batches import services
from swaps.models import OperatorEngine, SwapBatch, SwapJob
from swaps.templatetags.batches import time_left
from swaps.views.filters import JobPaginator, one_of_each_batch
from tests.drawn import drawn
from tests.web.soundness import check_page

from .conftest import collected, started, upload, work, zipped

pytestmark = pytest.mark.django_db
NEW = "/swaps/batches/new/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    check_page(answer.content.decode())
    return str(answer.content.decode())


def test_a_plain_form_is_enough(alice_client: Client, alice: User) -> None:
    form = {"face": upload("obama.jpg"), "photos": [upload("biden.jpg"), upload("notes.txt")], "preset": "natural"}
    answer = alice_client.post(NEW, form)
    batch = SwapBatch.objects.get()
    assert (answer.status_code, answer["Location"], batch.status) == (302, batch.get_absolute_url(), "running")
    assert (batch.options["preset"], batch.items.count()) == ("natural", 2)
    work()
    shown = page(alice_client, batch.get_absolute_url())
    assert "1 of 2" in shown and "1 photo without a result" in shown and "Save it as JPEG or PNG" in shown


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose a face photo."),
        ({"face_sample": "obama.jpg"}, "Choose at least one photo to change."),
        ({"face": "notes.txt", "photos": "biden.jpg"}, "Save it as JPEG or PNG"),
    ],
)
def test_a_form_that_lacks_something_says_what(alice_client: Client, form: dict[str, str], said: str) -> None:
    data: dict[str, Any] = {name: upload(text) if name in ("face", "photos") else text for name, text in form.items()}
    answer = alice_client.post(NEW, data)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    check_page(answer.content.decode())
    assert not SwapBatch.objects.exists()


def test_the_script_sends_photos_one_by_one_and_starts_at_the_end(alice_client: Client, alice: User) -> None:
    begun = alice_client.post(NEW, {"face_sample": "obama.jpg", "collect": "1"})
    assert begun.status_code == 201, begun.content
    places = begun.json()
    script = {"X-Requested-With": "fetch", "Accept": "*/*"}

    def send(file: Any) -> Any:
        return alice_client.post(places["batch_photos"], {"photos": file}, headers=script).json()

    assert send(upload("biden.jpg"))["items"][0]["problem"] == ""
    assert "Save it as JPEG or PNG" in send(upload("notes.txt"))["items"][0]["problem"]
    both = {"a.png": drawn("astronaut.png").read_bytes(), "b.jpg": drawn("obama2.jpg").read_bytes()}
    assert len(send(zipped(both))["items"]) == 2
    assert "can't be read" in send(zipped({}))["message"] or "no photo" in send(zipped({}))["message"]
    alice.refresh_from_db()
    assert alice.balance == 100
    assert "Swap 3 photos for 6 points" in " ".join(page(alice_client, places["batch"]).split())
    assert alice_client.post(places["batch_start"]).status_code == 302
    alice.refresh_from_db()
    assert alice.balance == 94


def test_too_few_points_are_told_to_the_script(alice_client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=1)
    batch = collected(alice)
    answer = alice_client.post(f"{batch.get_absolute_url()}start", headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.json()["code"]) == (402, "not_enough_points")


def test_addresses_are_judged_one_by_one(alice_client: Client) -> None:
    lines = "https://example.org/a.jpg\n\nnonsense\n"
    alice_client.post(NEW, {"face_sample": "obama.jpg", "addresses_of_photos": lines})
    items = list(SwapBatch.objects.get().items.all())
    assert [(item.title, item.status, item.error_code) for item in items] == [
        ("a", "queued", ""),
        ("nonsense", "failed", "url_refused"),
    ]
    assert items[0].job is not None and items[0].job.fetching


def test_every_state_is_sound_and_tells_what_there_is(alice_client: Client, alice: User) -> None:
    batch = collected(alice, ["biden.jpg", "notes.txt", "astronaut.png"])
    page(alice_client, batch.get_absolute_url())
    services.start(batch)
    work(1)
    page(alice_client, batch.get_absolute_url())
    services.cancel(batch)
    page(alice_client, batch.get_absolute_url())
    assert "Try 1 again for 2" in " ".join(page(alice_client, batch.get_absolute_url()).split())
    page(alice_client, "/swaps/batches/")


def test_the_script_gets_only_what_changed(alice_client: Client, alice: User) -> None:
    batch = started(alice, ["biden.jpg"] * 4)
    path = batch.get_absolute_url()
    first = page(alice_client, path)
    SwapJob.objects.update(created="2026-01-01T00:00Z")
    since = first.split("?since=")[1].split('"')[0]
    work(1)
    news = alice_client.get(f"{path}?since={since}", headers={"HX-Request": "true"}).content.decode()
    assert news.count("hx-swap-oob") == 1 + 1  # a tile and the points
    assert "1 of 4" in news
    everything = alice_client.get(f"{path}?since=nonsense", headers={"HX-Request": "true"}).content.decode()
    assert everything.count("hx-swap-oob") == 4 + 1


def test_cancel_retry_delete_by_buttons(alice_client: Client, alice: User) -> None:
    path = started(alice).get_absolute_url()
    alice_client.post(f"{path}cancel")
    alice_client.post(f"{path}retry", {"item": str(SwapBatch.objects.get().items.all()[0].pk)})
    assert SwapBatch.objects.get().status == "running"
    assert alice_client.post(f"{path}retry", {"item": "nonsense"}).status_code == 404
    assert alice_client.post(f"{path}delete")["Location"] == "/swaps/batches/"
    assert not SwapJob.objects.exists()


def test_the_archive_opens_and_says_what_is_missing(alice_client: Client, alice: User) -> None:
    path = started(alice, ["biden.jpg", "notes.txt"]).get_absolute_url()
    assert alice_client.get(f"{path}results.zip")["Location"] == path  # nothing yet
    work()
    answer = alice_client.get(f"{path}results.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert archive.namelist() == ["001-biden.jpg", "without-result.txt"]


def test_lists_show_a_batch_as_one(alice_client: Client, alice: User) -> None:
    batch = started(alice, ["biden.jpg", "astronaut.png", "obama2.jpg"])
    work()
    for path in ("/gallery/", "/history/", "/history/?status=done"):
        shown = page(alice_client, path)
        assert shown.count(batch.get_absolute_url()) >= 1
        assert f"/swaps/{batch.items.all()[1].job_id}/" not in shown
        check_page(shown)
    assert "3 results" in " ".join(page(alice_client, "/gallery/").split())
    assert "Batch, 3 photos" in " ".join(page(alice_client, "/history/").split())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (41, "about 50 seconds left"),
        (61, "about 70 seconds left"),
        (121, "about 3 minutes left"),
    ],
)
def test_the_time_left_is_rounded_up(seconds: int, words: str) -> None:
    assert time_left(seconds) == words


def test_an_operators_engine_is_chosen_for_all_photos(alice_client: Client, alice: User) -> None:
    told = {"sha256": "0", "megabytes": 1, "licence": "MIT", "accepted_by": "root", "enabled": True, "price": 3}
    probed = {"probed": timezone.now(), "probe": {"provider": "CPU", "ms": 1, "megabytes": 1}}
    engine = OperatorEngine.objects.create(
        name="theirs", file="theirs.onnx", family="inswapper", role="swapper", **told, **probed
    )
    chosen = {"face_sample": "obama.jpg", "photos": [upload("biden.jpg"), upload("astronaut.png")], "engine": "theirs"}
    assert "theirs · 3 points a face" in page(alice_client, NEW)
    alice_client.post(NEW, chosen | {"collect": "1"})
    batch = SwapBatch.objects.get()
    assert (batch.options["engine"], batch.price) == ("theirs", 3)
    assert "Swap 2 photos for 6 points" in " ".join(page(alice_client, batch.get_absolute_url()).split())
    OperatorEngine.objects.filter(pk=engine.pk).update(audience="staff")
    chosen["photos"] = [upload("biden.jpg")]
    refused = alice_client.post(NEW, chosen)
    assert refused.status_code == 400 and "theirs" in refused.content.decode()
    assert SwapBatch.objects.count() == 1


def test_archives_are_rationed(alice_client: Client, alice: User, settings: Any) -> None:
    path = started(alice, ["biden.jpg"]).get_absolute_url()
    work()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"archive": (1, 3600)}
    first, refused = (alice_client.get(f"{path}results.zip", headers={"Accept": "text/html"}) for _ in range(2))
    assert (first.status_code, refused.status_code) == (200, 429)
    first.getvalue()


def test_a_list_counts_a_batch_once_and_only_what_fits(alice: User) -> None:
    batch = started(alice)
    jobs = SwapJob.objects.filter(owner=alice)
    SwapJob.objects.create(owner=alice, price=2, title="alone")
    for wanted in (jobs, jobs.filter(title="alone"), jobs.filter(batch_item__batch=batch), jobs.none()):
        assert JobPaginator(wanted, 10).count == one_of_each_batch(wanted).count()
    assert JobPaginator(jobs, 10).count == 2
