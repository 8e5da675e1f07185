"""Files in a bucket instead of on a disk: the same life of a job, its deletion and its sweep, over real HTTP."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer

from accounts.models import User
from recognition.models import IncomingFiles
from recognition.photos.unfinished import Kind
from swaps.jobs import services
from swaps.jobs.files import delete_abandoned_jobs
from swaps.models import SwapJob
from tests.web.conftest import make_job

from .test_abandoned_files import tidied

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("s3")]
BUCKET = "faces"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(server: str, own_files: Any, settings: Any) -> Iterator[Any]:
    options = {"endpoint_url": server, "access_key": "key", "secret_key": "secret", "region_name": "us-east-1"}
    names = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=server, **names).Bucket(BUCKET)
    bucket.create()
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**options, "bucket_name": BUCKET}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def names(bucket: Any) -> list[str]:
    return [item.key for item in bucket.objects.all()]


def test_a_job_is_stored_shown_and_deleted(alice: User, bucket: Any) -> None:
    job = make_job(alice)
    assert len(names(bucket)) == 4 and all(name.startswith(f"swaps/{job.pk}/") for name in names(bucket))
    client = Client()
    client.force_login(alice)
    answer = client.get(f"/swaps/{job.pk}/result")
    assert answer.status_code == 200 and b"".join(answer).startswith(b"\xff\xd8")
    services.delete_swap(job)
    assert names(bucket) == []


def test_the_sweep_finds_what_a_killed_process_left(alice: User, bucket: Any, settings: Any) -> None:
    settings.JOB_LEASE_SECONDS = 0  # so that everything is old
    mark = IncomingFiles.objects.create(kind=Kind.SWAP, row=SwapJob().pk)
    default_storage.save(f"swaps/{mark.row}/photo.jpg", ContentFile(b"content"))
    assert delete_abandoned_jobs() == 1
    assert names(bucket) == []


def test_files_without_a_row_are_found(alice: User, bucket: Any) -> None:
    make_job(alice)
    default_storage.save("found/nobodys.jpg", ContentFile(b"content"))
    assert tidied("--minutes", "0", "--delete").splitlines() == ["found/nobodys.jpg", "1 of 5 files deleted."]
    assert len(names(bucket)) == 4
