"""The queue in the site's own database, as django-q2 keeps it, with nothing but this site's tasks.

A task for a swap is a place at a worker: swaps.jobs.turns says whose job gets it. Tasks for registries, which begin
anew until all their photos are done, lie in a queue of their own and take turns with swaps, one of them at a time.
"""

import logging
from time import sleep

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage

from recognition.registry.bulk_uploads import REGISTRY_QUEUE
from swaps.jobs.network_queue import serves_networks

logger = logging.getLogger(__name__)

# All that a worker does. A task is a function's name: what is not among these is not run, whoever put it there.
TASKS = frozenset(
    {
        "swaps.tasks.run_swap",
        "swaps.tasks.run_clip_task",
        "swaps.tasks.hash_old_results",
        "recognition.tasks.enrol_bulk",
        "recognition.tasks.encode_registry",
    }
)


class Broker(ORM):  # type: ignore[misc]
    """Takes the oldest free tasks, each for as long as settings.Q_CLUSTER says."""

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key=list_key)
        self.last_queue = ""

    @staticmethod
    def get_connection(list_key: str | None = None) -> QuerySet[OrmQ]:
        tasks: QuerySet[OrmQ] = ORM.get_connection(list_key).order_by("pk")  # django-q2 leaves the order open
        if settings.ENGINE_QUEUE:  # served by workers of its own, who do nothing else
            mine = {"key": settings.ENGINE_QUEUE}
            tasks = tasks.filter(**mine) if serves_networks() else tasks.exclude(**mine)
        return tasks

    def queue_size(self) -> int:
        return int(self.get_connection().filter(lock__lte=timezone.now()).count())

    def dequeue(self) -> list[tuple[int, str]] | None:
        task = self._next()
        if task is None:
            sleep(Conf.POLL)
            return None
        if not self.get_connection().filter(pk=task.pk, lock=task.lock).update(lock=self.timeout(task)):
            return None  # another host was faster
        if is_foreign(task.payload):
            logger.error("refused task %d: it is none of this site's", task.pk)
            self.delete(task.pk)
            return None
        self.last_queue = task.key
        return [(task.pk, task.payload)]

    def _next(self) -> OrmQ | None:
        """The oldest free task, but of a registry none beside another or right after another."""
        now = timezone.now()
        oldest = self.get_connection().filter(lock__lt=now).first()
        if oldest is None:
            return None
        registry = list(self.get_connection().filter(key=REGISTRY_QUEUE))
        swap = oldest if oldest.key != REGISTRY_QUEUE else None
        if swap is None:
            swap = self.get_connection().filter(lock__lt=now).exclude(key=REGISTRY_QUEUE).first()
        if not registry or any(task.lock > now for task in registry):
            return swap
        return registry[0] if swap is None or self.last_queue != REGISTRY_QUEUE else swap


def is_foreign(payload: str) -> bool:
    """Whether a signed task would run anything but TASKS. What is not signed at all, django-q2 refuses itself."""
    try:
        task = SignedPackage.loads(payload)
    except (TypeError, BadSignature):
        return False
    return task["func"] not in TASKS or bool(task.get("hook"))  # a hook is a function as well
