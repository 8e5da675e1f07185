"""The live protocol's events, its endings, and the metrics: what is sent is what the pages list."""

import re

import pytest

from faceswap_site.ops.metrics import SiteCollector
from swaps.live import server, urls
from swaps.live.sentences import ENDINGS
from tests.docs import DOCS, section, table

EVENTS = section(DOCS["live.md"], "Events")


def test_the_events_that_a_client_may_send() -> None:
    theirs, ours = (re.findall(r"^\| `(\w+)` \|", part, re.M) for part in EVENTS.split("| From the server"))
    assert set(theirs) == set(server.sio.handlers["/"]) - {"connect", "disconnect"}
    assert set(ours) == {"processed_frame", "status_update", "connect_error"}


def test_the_reasons_why_a_session_ends() -> None:
    (row,) = [row for row in table(EVENTS) if row[0] == "`status_update`"]
    assert set(re.findall(r"`(\w+)`", row[1])) == {*ENDINGS, "source_cleared", "engine_stood_in"}


@pytest.mark.django_db
def test_the_metrics() -> None:
    listed = {
        name if name.startswith("faceswap") else base.rpartition("_")[0] + name.lstrip("…")
        for row in table(section(DOCS["deploy.md"], "Watching it"))
        for base in re.findall(r"`(faceswap\w+)", row[0])
        for name in re.findall(r"`((?:faceswap|…)\w+)", row[0])
    }
    families = {family.name + ("_total" if family.type == "counter" else "") for family in SiteCollector().collect()}
    assert listed == families


def test_the_two_calls_over_http() -> None:
    rows = [row[0] for row in table(section(DOCS["live.md"], "HTTP"))]
    documented = {found for row in rows for found in re.findall(r"`(?:GET|POST) /(\w+)`", row)}
    plain = {str(pattern.pattern) for pattern in urls.urlpatterns if "(?" not in str(pattern.pattern)}
    assert documented == plain - {"live/"}
