"""Prometheus metrics, counted from the rows at each scrape, so that every web process gives the same answer."""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.models import PointEntry, User
from swaps.models import SwapJob


class SiteCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("faceswap_jobs", "Swap jobs that are kept, by status.", labels=["status"])
        counts = dict(SwapJob.objects.order_by().values_list("status").annotate(Count("pk")))
        for status in SwapJob.Status.values:
            jobs.add_metric([status], counts.get(status, 0))
        yield jobs

        oldest = SwapJob.objects.filter(status=SwapJob.Status.QUEUED).aggregate(oldest=Min("created"))["oldest"]
        age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
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

        yield GaugeMetricFamily("faceswap_accounts", "Accounts.", value=User.objects.count())


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper that sends METRICS_TOKEN as a bearer token; without a token set there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
