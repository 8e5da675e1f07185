"""The queue in the site's own database, asked by statements that are written once.

django-q2's broker does the same with Django's queries, which take longer to put together than to run; and it asks
twenty times a second, and three times for every task.
"""

import time
from typing import Any

from django.db import connection
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

_QUEUE, _LOCK = OrmQ._meta.db_table, '"lock"'
_OLDEST = f'SELECT id, payload, {_LOCK} FROM {_QUEUE} WHERE "key" = %s AND {_LOCK} < %s ORDER BY id LIMIT %s'
# Of several hosts that found the same task, the one whose condition still holds has it.
_TAKE = f"UPDATE {_QUEUE} SET {_LOCK} = %s WHERE id = %s AND {_LOCK} = %s"
_DELETE = f"DELETE FROM {_QUEUE} WHERE id = %s"


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
        if not found:
            time.sleep(Conf.POLL)
        return taken or None

    def delete(self, task_id: Any) -> None:
        self.get_connection()
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [task_id])
