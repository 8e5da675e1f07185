"""The queue of jobs that an operator's networks do, where ENGINE_QUEUE names one: workers with graphics cards serve it.

A worker serves it that was started under its name, `Q_CLUSTER_NAME=gpu manage.py qcluster`, and it does nothing else.
All others do all other jobs. Without a name every worker does every job.
"""

from django.conf import settings
from django.db.models import Q
from django_q.conf import Conf

from swaps.models import SwapJob

# A job's options name an engine where another than the classic one, or an enhancer, was asked for.
BY_NETWORKS = Q(options__has_key="engine")


def queue_of(job: SwapJob) -> str | None:
    """The queue that a job's task goes to; None for the usual one."""
    return settings.ENGINE_QUEUE if settings.ENGINE_QUEUE and "engine" in job.options else None


def serves_networks() -> bool:
    """Whether this process is a worker of that queue."""
    return bool(settings.ENGINE_QUEUE) and Conf.CLUSTER_NAME == settings.ENGINE_QUEUE


def for_this_worker() -> Q:
    """The jobs that a worker as this one may take."""
    if not settings.ENGINE_QUEUE:
        return Q()
    return BY_NETWORKS if serves_networks() else ~BY_NETWORKS
