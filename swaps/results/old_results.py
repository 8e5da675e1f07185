"""Hashes for results from before there were any: a task of the queue works through them, some at a time."""

import logging

from django.db.models import Exists, OuterRef
from django_q.tasks import async_task

from faceswap_site.lib.errors import DomainError
from recognition.chosen_engine import find_faces
from recognition.photos.pixel_budgets import pixels_of_a_job
from recognition.photos.stored import load_photo
from swaps.chosen_engine import hashes_of_result
from swaps.models import ResultHash, SwapJob

from .made_here import keep_hashes

logger = logging.getLogger(__name__)
AT_A_TIME = 20


def hash_some(after: str = "") -> None:
    """Hash the next results after this id, and ask for the rest; those that have hashes are passed over."""
    waiting = SwapJob.objects.filter(~Exists(ResultHash.objects.filter(job=OuterRef("pk"))), status="done")
    rows = waiting.exclude(result="").order_by("pk")
    jobs = list((rows.filter(pk__gt=after) if after else rows)[:AT_A_TIME])
    for job in jobs:
        try:
            with pixels_of_a_job():
                _hash(job)
        except (OSError, DomainError):  # deleted meanwhile, or a file that is gone or broken
            logger.info("result %s could not be hashed", job.pk)
    if len(jobs) == AT_A_TIME:
        async_task("swaps.tasks.hash_old_results", str(jobs[-1].pk))


def _hash(job: SwapJob) -> None:
    rgb = load_photo(job.result, label="result").rgb
    before = load_photo(job.target, label="photo").rgb if job.target else None
    if before is not None and before.shape != rgb.shape:
        before = None
    # Which of them changed, the photo tells: a face that is as it was has no hash.
    hashes = hashes_of_result(rgb, before, find_faces(rgb))
    if SwapJob.objects.filter(pk=job.pk).exists():
        keep_hashes(job, hashes)
