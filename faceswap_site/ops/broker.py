"""The queue in the site's own database, asked by statements that are written once.

django-q2's broker does the same with Django's queries, which take longer to put together than to run; and it asks
twenty times a second, and three times for every task.
"""

import logging
import time
from typing import Any

from django.db import connection
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage

logger = logging.getLogger(__name__)

_QUEUE, _LOCK = OrmQ._meta.db_table, '"lock"'
_OLDEST = f'SELECT id, payload, {_LOCK} FROM {_QUEUE} WHERE "key" = %s AND {_LOCK} < %s ORDER BY id LIMIT %s'
# Of several hosts that found the same task, the one whose condition still holds has it.
_TAKE = f"UPDATE {_QUEUE} SET {_LOCK} = %s WHERE id = %s AND {_LOCK} = %s"
_DELETE = f"DELETE FROM {_QUEUE} WHERE id = %s"


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

    def dequeue(self) -> list[tuple[int, str]] | None:
        self.get_connection()  # closes a connection that has gone bad
        free = connection.ops.adapt_datetimefield_value(timezone.now())
        until = connection.ops.adapt_datetimefield_value(self.timeout(None))
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST, [self.list_key, free, Conf.BULK])
            found = cursor.fetchall()
            taken = []
            for number, payload, lock in found:
                cursor.execute(_TAKE, [until, number, lock])
                if cursor.rowcount:
                    taken.append((number, payload))
        for task in [task for task in taken if is_foreign(task[1])]:
            logger.error("refused task %d: it is none of this site's", task[0])
            self.delete(task[0])
            taken.remove(task)
        if not found:
            time.sleep(Conf.POLL)
        return taken or None

    def delete(self, task_id: Any) -> None:
        self.get_connection()
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [task_id])


def is_foreign(payload: str) -> bool:
    """Whether a signed task would run anything but TASKS. What is not signed at all, django-q2 refuses itself."""
    try:
        task = SignedPackage.loads(payload)
    except (TypeError, BadSignature):
        return False
    return task["func"] not in TASKS or bool(task.get("hook"))  # a hook is a function as well
