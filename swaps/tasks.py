"""What the queue runs, each taking an id and safe to run twice; and what faceswap_site.ops.outbound does beside it."""

import logging

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError
from django.utils import translation

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.logs import about_job
from recognition.photos.pixel_budgets import pixels_of_a_fetch, pixels_of_a_job
from recognition.registry.protection import ProtectedPerson
from swaps.clip_jobs import runner as clip_runner
from swaps.clip_jobs import services as clips
from swaps.clip_jobs import turns as clip_turns
from swaps.jobs import email, fetching, runner, services, turns, webhooks
from swaps.jobs.submission import NotFetched
from swaps.results import old_results

from .dialects import callback_body
from .models import SwapBatch, SwapJob, WebhookDelivery

logger = logging.getLogger(__name__)
# What passes: a full disk, a database that restarts, a bucket out of reach.
PASSING = (OSError, DatabaseError, BotoCoreError, ClientError)


class ClaimLost(Exception):
    """The job was cancelled, deleted or taken over while we worked on it."""


def run_swap(job_id: str) -> None:
    """Run a swap. A place at a worker was asked for with `job_id`; it goes to the job whose turn it is."""
    with about_job(job_id):
        claim = turns.start_next_swap()
    if claim is not None:
        _swap_a_photo(claim)


def _work_on(claim: services.Claim) -> None:
    def on_stage(stage: SwapJob.Stage) -> None:
        if not claim.tell(stage):
            raise ClaimLost

    try:
        services.complete_swap(claim, runner.make_result(claim.job, on_stage=on_stage))
    except ClaimLost:
        logger.info("the swap is no longer ours")
    except NotFetched:
        fetching.put_back(claim)
    except ProtectedPerson as error:
        services.refuse_swap(claim, error)
    except DomainError as error:
        services.fail_swap(claim, error)
    except PASSING as error:
        if isinstance(error, FileNotFoundError) and not claim.rows().exists():  # deleted with its photos meanwhile
            logger.info("the swap is no longer ours")
            return
        # The lease runs out, and the sweep gives the job another attempt while it has any left.
        logger.exception("attempt %d failed for want of storage", claim.attempt)
    except Exception:
        logger.exception("the swap failed")
        services.fail_swap(claim, DomainError("internal_error", case="swap"))


def run_clip_task(clip_id: str) -> None:
    """Do a piece of the work on a clip. A place was asked for with `clip_id`; it goes to the task whose turn it is."""
    with about_job(clip_id):
        claim = clip_turns.start_next_task(_swap_a_photo)
    if claim is not None:
        with about_job(claim.clip.pk):
            _work_on_clip(claim)


def _swap_a_photo(claim: services.Claim) -> None:
    with about_job(claim.job.pk), pixels_of_a_job():
        _work_on(claim)


def _work_on_clip(claim: clips.TaskClaim) -> None:
    try:
        clip_runner.work(claim, lambda: clip_turns.give_way(_swap_a_photo, claim.clip.owner))
    except clip_runner.ClaimLost:
        logger.info("the clip is no longer ours")
    except ProtectedPerson as error:
        clips.refuse_clip(claim.clip, error)
    except DomainError as error:
        clips.fail_clip(claim.clip, error)
    except PASSING:
        if not claim.rows().exists():  # deleted with its files meanwhile
            logger.info("the clip is no longer ours")
            return
        # The lease runs out, and the sweep gives the task another attempt while it has any left.
        logger.exception("attempt %d at %s failed for want of storage", claim.attempt, claim.task)
    except Exception:
        logger.exception("%s failed", claim.task)
        clips.fail_clip(claim.clip, DomainError("internal_error", case="swap"))


def hash_old_results(after: str = "") -> None:
    """Give results from before there were hashes theirs, some at a time: see results.old_results."""
    old_results.hash_some(after)


def deliver_webhook(delivery: WebhookDelivery) -> None:
    # What is told of an error is for who asked.
    about = delivery.about
    with about_job(about.pk), translation.override(about.language or None):
        webhooks.deliver(delivery, lambda: callback_body(about))


def fetch_photos(fetch: fetching.Fetch) -> None:
    with about_job(fetch.job.pk), pixels_of_a_fetch():
        try:
            fetching.fetch_photos(fetch)
        except PASSING:
            # The lease runs out, and there is another attempt while any is left.
            logger.exception("attempt %d to fetch its photos failed for want of storage", fetch.attempt)
        except Exception:
            logger.exception("its photos could not be fetched")
            fetching.fail_fetch(fetch, DomainError("internal_error", case="swap"))


def send_letter(ended: SwapJob | SwapBatch) -> None:
    with about_job(ended.pk):
        email.send_end(ended)
