"""What the queue runs. Each task takes an id and is safe to run twice."""

import logging

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError
from django.utils import translation

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.logs import about_job
from recognition.photos.pixel_budgets import pixels_of_a_job
from recognition.registry.protection import ProtectedPerson
from swaps.jobs import email, runner, services, webhooks

from .dialects import callback_body
from .models import SwapJob

logger = logging.getLogger(__name__)
# What passes: a full disk, a database that restarts, a bucket out of reach.
PASSING = (OSError, DatabaseError, BotoCoreError, ClientError)


class ClaimLost(Exception):
    """The job was cancelled, deleted or taken over while we worked on it."""


def run_swap(job_id: str) -> None:
    with about_job(job_id):
        claim = services.start_swap(job_id)
        if claim is not None:
            with pixels_of_a_job():
                _work_on(claim)


def _work_on(claim: services.Claim) -> None:
    def on_stage(stage: SwapJob.Stage) -> None:
        if not claim.tell(stage):
            raise ClaimLost

    try:
        services.complete_swap(claim, runner.make_result(claim.job, on_stage=on_stage))
    except ClaimLost:
        logger.info("the swap is no longer ours")
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


def deliver_webhook(delivery_id: str) -> None:
    delivery = webhooks.claim(delivery_id)
    if delivery is not None:
        # What is told of an error is for who asked.
        with about_job(delivery.job_id), translation.override(delivery.job.language or None):
            webhooks.deliver(delivery, lambda: callback_body(delivery.job))


def send_letter(job_id: str) -> None:
    email.send_end_of_swap(job_id)
