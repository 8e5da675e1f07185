"""What the queue runs for the registry. Each task takes ids, works on a few photos and hands on to the next one."""

from django_q.tasks import async_task

from recognition.registry import bulk_uploads
from recognition.registry.bulk_uploads import REGISTRY_QUEUE


def enrol_bulk(upload_id: str) -> None:
    if bulk_uploads.enrol_waiting(upload_id):
        async_task("recognition.tasks.enrol_bulk", upload_id, cluster=REGISTRY_QUEUE)


def encode_registry(registry_id: str, after: int) -> None:
    last = bulk_uploads.encode_anew(registry_id, after=after, everything=True)
    if last is not None:
        async_task("recognition.tasks.encode_registry", registry_id, last, cluster=REGISTRY_QUEUE)
