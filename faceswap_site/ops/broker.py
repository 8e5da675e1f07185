"""The queue in the site's own database, as django-q2 keeps it: oldest first, and nothing but this site's tasks."""

import logging

from django.db.models import QuerySet
from django_q.brokers.orm import ORM
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage

logger = logging.getLogger(__name__)

# All that a worker does. A task is a function's name: what is not among these is not run, whoever put it there.
TASKS = frozenset(
    {
        "swaps.tasks.run_swap",
        "swaps.tasks.deliver_webhook",
        "swaps.tasks.send_letter",
        "recognition.tasks.enrol_bulk",
        "recognition.tasks.encode_registry",
    }
)


class Broker(ORM):  # type: ignore[misc]
    """Takes the oldest free tasks, each for as long as settings.Q_CLUSTER says."""

    @staticmethod
    def get_connection(list_key: str | None = None) -> QuerySet[OrmQ]:
        tasks: QuerySet[OrmQ] = ORM.get_connection(list_key).order_by("pk")  # django-q2 leaves the order open
        return tasks

    def dequeue(self) -> list[tuple[int, str]] | None:
        taken: list[tuple[int, str]] = super().dequeue() or []
        for number, payload in list(taken):
            if is_foreign(payload):
                logger.error("refused task %d: it is none of this site's", number)
                self.delete(number)
                taken.remove((number, payload))
        return taken or None


def is_foreign(payload: str) -> bool:
    """Whether a signed task would run anything but TASKS. What is not signed at all, django-q2 refuses itself."""
    try:
        task = SignedPackage.loads(payload)
    except (TypeError, BadSignature):
        return False
    return task["func"] not in TASKS or bool(task.get("hook"))  # a hook is a function as well
