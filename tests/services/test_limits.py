"""Limits: of many requests at once exactly so many pass, on the real database, and their time ends by itself."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts import throttling
from accounts.models import RateWindow, User
from faceswap_site.lib.errors import TooManyRequests, how_long
from recognition.engine import encode_photo
from tests.web.conftest import small_photo

LOOK, SECONDS = 60, 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
@pytest.mark.again
def test_of_many_looks_at_once_exactly_the_limit_passes(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.force_login(alice)
    session = str(client.session.session_key)
    photo = encode_photo(small_photo().rgb[:4], "JPEG")  # a strip, which is looked at in no time

    def look(_number: int) -> int:
        mine = Client()
        mine.cookies["sessionid"] = session
        try:
            form = {"role": "target", "photo": SimpleUploadedFile("a.jpg", photo)}
            return mine.post("/swaps/faces", form).status_code
        finally:
            connection.close()

    def looks_at_once() -> Counter[int]:
        with ThreadPoolExecutor(32) as executor:
            return Counter(executor.map(look, range(130)))

    started = throttling._now()
    monkeypatch.setattr(throttling, "_now", lambda: started)
    assert looks_at_once() == {200: LOOK, 429: 130 - LOOK}
    monkeypatch.setattr(throttling, "_now", lambda: started + SECONDS)
    assert looks_at_once() == {200: LOOK, 429: 130 - LOOK}
    assert Session.objects.filter(pk=session).exists()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, db: None) -> list[int]:
    """The time, in seconds; a test changes it."""
    moment = [throttling._now()]
    monkeypatch.setattr(throttling, "_now", lambda: moment[0])
    return moment


def test_neither_what_passes_nor_what_is_refused_prolongs_a_window(now: list[int]) -> None:
    throttling.spend("look", 1)
    now[0] += 30
    for _ in range(LOOK - 1):
        throttling.spend("look", 1)
    for second in range(31, SECONDS):
        now[0] += 1
        refused = throttling.take("look", 1)
        assert (refused.granted, refused.resets_in) == (False, SECONDS - second)
    now[0] += 1
    assert throttling.take("look", 1).remaining == LOOK - 1


def test_each_limit_has_a_window_of_its_own_length(now: list[int]) -> None:
    most, seconds = (10, 3600)
    for _ in range(most):
        assert throttling.take("report", "192.0.2.1").seconds == seconds
    now[0] += seconds - 1
    throttling.forget_old_windows()
    with pytest.raises(TooManyRequests) as refused:
        throttling.spend("report", "192.0.2.1")
    assert refused.value.details == {"retry_after": 1}
    assert throttling.take("report", "192.0.2.2").granted
    now[0] += 1
    throttling.forget_old_windows()
    assert RateWindow.objects.get().subject == "report:192.0.2.2"
    assert throttling.take("report", "192.0.2.1").remaining == most - 1


def test_what_is_given_back_may_be_asked_for_again(now: list[int]) -> None:
    for _ in range(LOOK):
        throttling.spend("look", 1)
    throttling.give_back("look", 1)
    assert throttling.take("look", 1).granted
    assert not throttling.take("look", 1).granted
    now[0] += SECONDS
    throttling.give_back("look", 1)
    assert throttling.take("look", 1).remaining == LOOK - 1


def test_a_time_to_wait_is_told_in_seconds_or_minutes() -> None:
    assert [how_long(seconds, translation) for seconds in (1, 90, 121, 3600)] == [
        "1 second",
        "90 seconds",
        "3 minutes",
        "60 minutes",
    ]
