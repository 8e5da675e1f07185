"""Limits, times and thresholds that the pages tell in numbers: each sentence is made of what the code has."""

from datetime import timedelta

import pytest
from django.conf import settings

from accounts import idempotency, keys
from accounts.sign_in import guess_limits
from faceswap_site.lib import email, fetch
from faceswap_site.lib.api import bounded_json
from faceswap_site.lib.http import bodies, header_timeout, in_flight
from faceswap_site.ops import body_limits
from recognition.engine import SAME_PERSON, compare, decoding, jpeg
from recognition.photos import found_faces
from recognition.registry import photo_check
from recognition.search import index_files
from swaps.api import waiting
from swaps.jobs import webhook_secrets, webhooks
from swaps.live import frames, protection_check, shared_slots
from swaps.live import views as live
from tests.docs import TEXTS

MEGABYTE = 1024 * 1024
WORDS = {2: "two", 3: "three", 4: "fourth", 5: "five", 7: "seven", 10: "ten"}


def hours(time: timedelta) -> float:
    return time / timedelta(hours=1)


def told(seconds: int) -> str:
    """5 s, 5 min, 2 h."""
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= size)
    return f"{seconds // size} {unit}"


TRIES = [told(seconds) for seconds in webhooks.SCHEDULE[1:]]
HELD = in_flight.Bounds()
DAY, DAYS = 24 * 3600, {1: "a day", 365: "a year"}
SIDE = f"{decoding.MAX_SIDE // 1000} 000 pixels a side"
WIDE, HIGH = 1920, frames.MAX_FRAME_PIXELS // 1920
SENTENCES = [
    ("README.md", f"A new account has {settings.POINTS_SIGNUP} (`POINTS_SIGNUP`)"),
    ("README.md", f"a swap costs {settings.PRICES['swap']}, a comparison {settings.PRICES['compare']}"),
    ("README.md", f"a started minute of live {settings.PRICES['live_minute']} "),
    ("api.md", f"`Prefer: wait=N` (1 to {waiting.LONGEST_WAIT} seconds)"),
    ("api.md", f"does nothing twice, for {hours(idempotency.KEPT_FOR):g} hours"),
    ("api.md", f"at most {keys.MOST_KEYS} keys that work"),
    ("api.md", f"at most {WORDS[fetch.MAX_REDIRECTS]} redirects, {WORDS[int(fetch.SECONDS)]} seconds"),
    ("api.md", f"on ports {fetch.PORTS['http']} and {fetch.PORTS['https']}"),
    ("api.md", f"with 2xx within {webhooks.SECONDS_A_TRY:g} seconds"),
    ("api.md", f"tried again after {', '.join(TRIES[:-1])} and {TRIES[-1]}"),
    ("api.md", f"redirect is a failure, {webhooks.GONE} ends it"),
    ("api.md", f"signs beside the one before for {hours(webhook_secrets.CHANGE_OVER):g} hours"),
    ("api.md", f"`default` ({compare.DEFAULT_THRESHOLD:g}) or `strict` ({compare.STRICT_THRESHOLD:g})"),
    ("dialects.md", f"after {waiting.LONGEST_WAIT} seconds the swap is cancelled"),
    ("deploy.md", f"{body_limits.WITH_PHOTOS.size // MEGABYTE} MB where photos come"),
    ("deploy.md", f"{body_limits.WITHOUT_PHOTOS.size // 1024} KB everywhere else"),
    ("deploy.md", f"{body_limits.OF_STRANGERS // MEGABYTE} MB from whoever names neither key nor session"),
    ("deploy.md", f"{bodies.SECONDS_OF_SILENCE:g} seconds of silence"),
    ("deploy.md", f"{bodies.SECONDS_A_BODY / 60:g} minutes in all"),
    (
        "deploy.md",
        f"than {WORDS[int(header_timeout.SECONDS_FOR_HEADERS)]} seconds "
        f"or {header_timeout.MOST_BYTES_OF_HEADERS // 1024} KB",
    ),
    (
        "deploy.md",
        f"holds at a time {HELD.bytes // MEGABYTE} MB, of one address {HELD.bytes_of_an_address // MEGABYTE} MB",
    ),
    ("deploy.md", f"At most {HELD.requests} requests are answered"),
    ("deploy.md", f"--limit-concurrency {header_timeout.MOST_CONNECTIONS}"),
    ("deploy.md", f"at most {bounded_json.MOST_VALUES // 1000} 000 values, nested {bounded_json.MOST_DEEP} deep"),
    (
        "engine.md",
        f"({decoding.MAX_BYTES // MEGABYTE} MB, {decoding.MAX_PIXELS // 10**6} megapixels, {SIDE})",
    ),
    ("engine.md", f"JPEGs of more than {jpeg.MAX_SCANS} scans"),
    ("live.md", f"at most {frames.MAX_FRAME_BYTES // MEGABYTE} MB and {WIDE} × {HIGH}"),
    ("live.md", f"and {live.MOST_PIXELS / 10**6:g} megapixels"),
    ("live.md", f"every {WORDS[int(protection_check.CLEAR_SECONDS)]} seconds"),
    ("live.md", f"A place is a lease of {WORDS[shared_slots.LEASE_SECONDS]} seconds"),
    ("recognition.md", f"| {SAME_PERSON:.2f} (default) |"),
    ("recognition.md", f"| {compare.STRICT_THRESHOLD:.2f} (*few false matches*) |"),
    ("recognition.md", f"reaches {compare.DOUBT:g} to both sides"),
    ("recognition.md", f"(quality below {compare.LEAST_QUALITY:g})"),
    ("recognition.md", f"is less than {compare.LEAST_MARGIN:g} farther"),
    ("recognition.md", f"less than {photo_check.LEAST_EYE_DISTANCE:g} pixels between the eyes"),
    ("recognition.md", f"From {index_files.LEAST_FACES:,} faces on"),
    (
        "privacy.md",
        f"a signed cookie there | {DAYS[guess_limits.COOKIE_SECONDS // DAY]} |",
    ),
    ("privacy.md", f"on a browser, up to {WORDS[guess_limits.MOST_ACCOUNTS]} |"),
    ("privacy.md", f"`DATA_DIR/mail` | {DAYS[email.SECONDS_KEPT // DAY]} |"),
    (
        "privacy.md",
        f"a program asked for | storage, database | {DAYS[found_faces.KEPT_FOR.days]} |",
    ),
]


@pytest.mark.parametrize(("page", "words"), SENTENCES)
def test_the_page_has_the_code_s_number(page: str, words: str) -> None:
    assert " ".join(words.split()) in " ".join(TEXTS[page].split())
