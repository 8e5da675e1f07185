"""Gallery, history and ledger: what they show, and that they stay quick with many rows."""

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import points
from accounts.models import PointEntry, User
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.http.handler import in_turn
from swaps.jobs.files import delete_job_files
from swaps.models import SwapJob

from .conftest import make_job


def many_jobs(owner: User, count: int) -> None:
    SwapJob.objects.bulk_create(
        SwapJob(owner=owner, status="done", stage="done", price=2, width=600, height=400, result="r", thumbnail="t")
        for _ in range(count)
    )


def test_the_gallery_shows_results_only(alice_client: Client, alice: User, done_job: SwapJob) -> None:
    failed = make_job(alice, "failed")
    text = alice_client.get("/gallery/").content.decode()
    assert str(done_job.pk) in text
    assert str(failed.pk) not in text


def test_nothing_of_another_account_is_listed(bob_client: Client, done_job: SwapJob) -> None:
    for path in ("/gallery/", "/history/", "/history.csv"):
        assert str(done_job.pk) not in bob_client.get(path).content.decode()


def test_an_empty_gallery_says_what_will_be_there(alice_client: Client) -> None:
    assert "No results yet" in alice_client.get("/gallery/").content.decode()


def test_every_picture_has_its_size(alice_client: Client, done_job: SwapJob) -> None:
    assert re.search(r'width="64"\s+height="48"', alice_client.get("/gallery/").content.decode())


def test_the_history_names_status_price_and_reason(alice_client: Client, alice: User) -> None:
    make_job(alice, "failed", error="No face was found in the face photo.")
    text = alice_client.get("/history/").content.decode()
    assert "failed" in text
    assert "No face was found in the face photo." in text


@pytest.mark.parametrize(("query", "count"), [("status=failed", 1), ("status=done", 1), ("", 2), ("status=wrong", 2)])
def test_the_history_is_narrowed_by_status(alice_client: Client, alice: User, query: str, count: int) -> None:
    make_job(alice, "failed")
    make_job(alice, "done")
    assert len(alice_client.get(f"/history/?{query}").context["page"]) == count


def test_lists_are_narrowed_by_day(alice_client: Client, alice: User) -> None:
    old, new = make_job(alice), make_job(alice)
    SwapJob.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=10))
    today = timezone.localdate()
    assert [job.pk for job in alice_client.get(f"/gallery/?after={today}").context["page"]] == [new.pk]
    earlier = today - timedelta(days=5)
    assert [job.pk for job in alice_client.get(f"/gallery/?before={earlier}").context["page"]] == [old.pk]


def test_the_history_comes_as_a_table_too(alice_client: Client, done_job: SwapJob) -> None:
    answer = alice_client.get("/history.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = answer.content.decode().splitlines()
    assert rows[0] == "id,title,created,completed,status,price,origin,error"
    assert rows[1].startswith(str(done_job.pk))


def test_chosen_results_come_as_one_archive(alice_client: Client, alice: User) -> None:
    jobs = [make_job(alice), make_job(alice)]
    answer = alice_client.post("/gallery/selection", {"job": [str(job.pk) for job in jobs], "action": "zip"})
    content = answer.getvalue()
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 2
        assert archive.read(archive.namelist()[0])[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "\u200b=1", "\ufeff=1", "＝1", "−1"]
)
def test_no_text_in_a_table_is_a_formula(alice_client: Client, alice: User, done_job: SwapJob, title: str) -> None:
    SwapJob.objects.update(title=title)
    table = alice_client.get("/history.csv").content.decode()
    assert list(csv.reader(io.StringIO(table, newline="")))[1][1] == f"'{title}"
    PointEntry.objects.filter(amount=100).update(reason=title)
    with zipfile.ZipFile(io.BytesIO(alice_client.post("/account/export").getvalue())) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("points.csv").decode(), newline="")))
    assert rows[1][2:4] == ["100", f"'{title}"]
    assert rows[2][2] == "-2"


def test_archives_lie_on_no_disk_and_are_read_as_they_are_sent(alice_client: Client, alice: User) -> None:
    jobs = [make_job(alice) for _ in range(3)]
    on_disk = set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    answer = alice_client.post("/gallery/selection", {"job": [str(job.pk) for job in jobs], "action": "zip"})
    parts = iter(answer)
    first = next(parts)
    assert first[:2] == b"PK" and len(first) < 2 * jobs[0].result.size + 200
    assert set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == on_disk
    jobs[0].result.delete()  # what was there when the archive began
    rest = b"".join(parts)
    with zipfile.ZipFile(io.BytesIO(first + rest)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 2
    answer.close()


def test_a_server_sends_an_archive_part_by_part(alice: User) -> None:
    asked: list[str] = []

    def entries() -> Iterator[tuple[str, bytes]]:
        for name in ("one", "two"):
            asked.append(name)
            yield name, b"content"

    async def received() -> bytes:
        archive, whole = Archive("a.zip", entries()), b""
        async for part in in_turn(iter(archive)):
            whole += part
            assert len(asked) == min(2, whole.count(b"PK\x03\x04"))
        return whole

    with zipfile.ZipFile(io.BytesIO(asyncio.run(received()))) as archive:
        assert archive.namelist() == ["one", "two"]


@pytest.mark.parametrize(("policy", "address"), [("archive", "/gallery/selection"), ("export", "/account/export")])
def test_archives_are_rationed(
    alice_client: Client, done_job: SwapJob, settings: Any, policy: str, address: str
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {policy: (1, 3600)}
    form = {"job": [str(done_job.pk)], "action": "zip"}
    first, refused = (alice_client.post(address, form, headers={"Accept": "text/html"}) for _ in range(2))
    assert (first.status_code, refused.status_code) == (200, 429)
    assert "Too many requests. Try again in 60 minutes." in refused.content.decode()
    first.getvalue()


def test_chosen_results_are_deleted_together(alice_client: Client, alice: User) -> None:
    jobs = [make_job(alice), make_job(alice), make_job(alice)]
    alice_client.post("/gallery/selection", {"job": [str(job.pk) for job in jobs[:2]], "action": "delete"})
    assert [job.pk for job in SwapJob.objects.all()] == [jobs[2].pk]


@pytest.mark.parametrize("chosen", [[], ["not-an-id"]])
def test_choosing_nothing_is_answered_with_a_hint(alice_client: Client, chosen: list[str]) -> None:
    answer = alice_client.post("/gallery/selection", {"job": chosen, "action": "zip"}, follow=True)
    assert "Choose at least one result first." in answer.content.decode()


def test_further_rows_come_alone(alice_client: Client, alice: User) -> None:
    many_jobs(alice, 30)
    text = alice_client.get("/gallery/?page=2", headers={"HX-Request": "true"}).content.decode()
    assert text.count("<img") == 6
    assert "<html" not in text


@pytest.mark.parametrize(("path", "queries"), [("/gallery/", 6), ("/history/", 6), ("/account/points/", 4)])
def test_a_list_asks_the_database_as_often_for_many_as_for_few(
    alice_client: Client, alice: User, path: str, queries: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for count in (1, 40):
        many_jobs(alice, count)
        for _ in range(count):
            points.grant(alice, 1, reason="More")
        # The session, the account, the count, the rows, and whom a person may be looked for by.
        with django_assert_num_queries(queries):  # type: ignore[operator]
            alice_client.get(path)


def test_the_history_shows_a_small_picture_of_what_is_there(alice_client: Client, alice: User) -> None:
    done, failed, refused = make_job(alice), make_job(alice, "failed"), make_job(alice, "failed")
    SwapJob.objects.filter(pk=refused.pk).update(target="")
    text = alice_client.get("/history/").content.decode()
    assert f"/swaps/{done.pk}/thumbnail" in text
    assert f"/swaps/{refused.pk}/target" not in text and "no-picture" in text
    picture = alice_client.get(f"/swaps/{failed.pk}/target?size=small")
    assert f"/swaps/{failed.pk}/target?size=small" in text and picture["Content-Type"] == "image/jpeg"
    delete_job_files(failed.pk)
    assert alice_client.get(f"/swaps/{failed.pk}/target?size=small").status_code == 404


def test_cropped_pictures_say_where_the_face_is(alice_client: Client, done_job: SwapJob) -> None:
    SwapJob.objects.filter(pk=done_job.pk).update(face_x=0.5, face_y=0.1, public_since=timezone.now())
    for path in ("/gallery/", "/history/", "/explore/"):
        assert 'class="framed face-x-5 face-y-0"' in alice_client.get(path).content.decode()
