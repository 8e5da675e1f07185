"""What the queue runs. Each task takes an id and is safe to run twice."""

import logging

from faceswap_site.errors import DomainError
from recognition.services import ProtectedPerson

from . import letters, runner, services, webhooks
from .dialects import callback_body
from .models import SwapJob

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """The job was cancelled, deleted or taken over while we worked on it."""


def run_swap(job_id: str) -> None:
    claim = services.start_swap(job_id)
    if claim is None:
        return

    def on_stage(stage: SwapJob.Stage) -> None:
        if not claim.renew(stage):
            raise ClaimLost

    try:
        services.complete_swap(claim, runner.make_result(claim.job, on_stage=on_stage))
    except ClaimLost:
        logger.info("swap %s is no longer ours", job_id)
    except ProtectedPerson as error:
        services.refuse_swap(claim, code=error.code, message=error.message)
    except DomainError as error:
        services.fail_swap(claim, code=error.code, message=error.message)
    except Exception:
        logger.exception("swap %s failed", job_id)
        services.fail_swap(claim, code="internal_error", message=services.INTERNAL_ERROR)


def deliver_webhook(delivery_id: str) -> None:
    delivery = webhooks.claim(delivery_id)
    if delivery is not None:
        webhooks.deliver(delivery, lambda: callback_body(delivery.job))


def send_letter(job_id: str) -> None:
    letters.send_end_of_swap(job_id)
