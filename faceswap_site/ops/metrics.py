"""Prometheus metrics, counted from the rows at each scrape, so that every web process gives the same answer.

The gate's alone are of the process that answers.
"""

import hmac
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.models import PointEntry, User
from swaps.jobs.services import longest_wait
from swaps.models import SwapJob, WebhookDelivery

from .heartbeat import alive
from .lanes import LANES

LATELY = timedelta(minutes=5)
MOST_JOBS = 1000
STAGES = {"finding": "finding", "swapping": "swapping", "saving": "saving", "seconds": "work"}  # in a job's report


class SiteCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("faceswap_jobs", "Swap jobs that are kept, by status.", labels=["status"])
        counts = dict(SwapJob.objects.order_by().values_list("status").annotate(Count("pk")))
        for status in SwapJob.Status.values:
            jobs.add_metric([status], counts.get(status, 0))
        yield jobs

        age = longest_wait().total_seconds()
        yield GaugeMetricFamily("faceswap_queue_age_seconds", "How long the oldest waiting job has waited.", value=age)

        failures = GaugeMetricFamily("faceswap_failures", "Failed jobs that are kept, by error code.", labels=["code"])
        failed = SwapJob.objects.filter(status=SwapJob.Status.FAILED).order_by()
        for code, count in failed.values_list("error_code").annotate(Count("pk")):
            failures.add_metric([code], count)
        yield failures

        points = CounterMetricFamily("faceswap_points", "Points moved, by kind of entry.", labels=["kind"])
        for kind, total in PointEntry.objects.order_by().values_list("kind").annotate(Sum("amount")):
            points.add_metric([kind], abs(total or 0))
        yield points

        yield from _job_times()
        yield GaugeMetricFamily("faceswap_webhook_lag_seconds", "How overdue the oldest callback is.", value=_lag())
        workers = GaugeMetricFamily("faceswap_workers", "Processes heard of just now.", labels=["kind"])
        beating = alive()
        for kind in ("queue", "sweeper"):
            workers.add_metric([kind], sum(one.processes for one in beating if one.what == kind))
        yield workers
        yield GaugeMetricFamily("faceswap_accounts", "Accounts.", value=User.objects.count())
        yield from _lanes()


def _lanes() -> Iterator[Metric]:
    """What the gate of this web process does: the only figures that differ from one process to another."""
    requests = GaugeMetricFamily("faceswap_gate_requests", "Requests in a lane now.", labels=["lane", "state"])
    refused = CounterMetricFamily("faceswap_gate_refused", "Requests that were one too many.", labels=["lane"])
    dropped = CounterMetricFamily("faceswap_gate_dropped", "Requests whose client left in the queue.", labels=["lane"])
    for name, lane in LANES.items():
        requests.add_metric([name, "running"], lane.running)
        requests.add_metric([name, "waiting"], lane.waiting)
        refused.add_metric([name], lane.refused)
        dropped.add_metric([name], lane.dropped)
    yield from (requests, refused, dropped)


def _job_times() -> Iterator[Metric]:
    """How long the jobs of the last minutes took, by stage: the worker writes it down with each."""
    rows = SwapJob.objects.filter(status=SwapJob.Status.DONE, completed__gte=timezone.now() - LATELY)
    times: dict[str, list[float]] = {}
    for created, started, report in rows.values_list("created", "started", "report")[:MOST_JOBS]:
        if started is not None:
            times.setdefault("waiting", []).append((started - created).total_seconds())
        for stage in STAGES:
            if stage in report:
                times.setdefault(STAGES[stage], []).append(float(report[stage]))
    mean = GaugeMetricFamily("faceswap_job_seconds_mean", "Seconds of a job, mean of 5 minutes.", labels=["stage"])
    most = GaugeMetricFamily("faceswap_job_seconds_max", "Seconds of a job, most in 5 minutes.", labels=["stage"])
    for stage, values in times.items():
        mean.add_metric([stage], sum(values) / len(values))
        most.add_metric([stage], max(values))
    yield mean
    yield most


def _lag() -> float:
    overdue = WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING, next_try__lt=timezone.now())
    oldest = overdue.aggregate(oldest=Min("next_try"))["oldest"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def sends_token(request: HttpRequest) -> bool:
    """Whether a request comes from whoever watches the site for its operator."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN:
        return False
    return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper that sends METRICS_TOKEN as a bearer token; without a token set there is no such page."""
    if not sends_token(request):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
