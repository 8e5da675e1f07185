"""How much each key was used: counted with the rate limits, kept by day, drawn as a chart."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import throttling
from accounts.keys import issue_api_key, use_by_key
from accounts.models import ApiKey, KeyUse, RateWindow, User
from faceswap_site.lib.charts import Day, bar_chart, together


def key_of(owner: User) -> ApiKey:
    return issue_api_key(owner=owner, name="Script")[0]


def test_requests_are_counted_at_once(alice: User) -> None:
    key = key_of(alice)
    for _ in range(3):
        throttling.take("key", key.pk)
    assert use_by_key(alice)[key.pk][-1] == Day(timezone.localdate(), 3)


def test_counts_outlive_their_window(alice: User) -> None:
    key = key_of(alice)
    for back, count, earlier in ((3600 * 24 + 5, 7, 0), (1, 5, 4)):
        RateWindow.objects.create(subject=f"key:{key.pk}", ends=time.time() - back, count=count, earlier=earlier)
        for _ in range(2):
            throttling.forget_old_windows()
    assert not RateWindow.objects.exists()
    assert [day.count for day in use_by_key(alice)[key.pk]][-2:] == [7, 9]


def test_a_key_that_never_rests_is_counted_all_the_same(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(alice)
    started = int(time.time()) - 130
    for moment in (0, 1, 61, 62, 63, 124):
        monkeypatch.setattr(throttling, "_now", lambda moment=moment: started + moment)
        throttling.take("key", key.pk)
        if moment == 62:
            throttling.forget_old_windows()
            assert use_by_key(alice)[key.pk][-1].count == 4
    assert use_by_key(alice)[key.pk][-1].count == 6
    monkeypatch.setattr(throttling, "_now", lambda: started + 3600)
    throttling.forget_old_windows()
    assert not RateWindow.objects.exists()
    assert KeyUse.objects.get().count == 6


def test_a_key_that_is_gone_stops_nothing(db: None) -> None:
    RateWindow.objects.create(subject="key:999", ends=1, count=1)
    throttling.forget_old_windows()
    assert not KeyUse.objects.exists()


def test_nobody_sees_the_use_of_another_account(alice: User, bob: User) -> None:
    key_of(alice)
    assert use_by_key(bob) == {}


def test_bars_reach_from_the_line_to_a_round_number() -> None:
    today = timezone.localdate()
    chart = bar_chart([Day(today - timedelta(days=1), 0), Day(today, 37)])
    assert (chart.top, chart.total, chart.busiest.count) == (50, 37, 37)
    none, some = chart.bars
    assert none.height == 0
    assert some.y + some.height == chart.height
    assert some.height == chart.height * 37 / 50


def test_several_keys_add_up() -> None:
    today = timezone.localdate()
    assert together([[Day(today, 1)], [Day(today, 2)]]) == [Day(today, 3)]


def test_the_page_says_in_words_what_the_chart_shows(alice_client: Client, alice: User) -> None:
    KeyUse.objects.create(key=key_of(alice), day=timezone.localdate(), count=12)
    text = alice_client.get("/account/keys/").content.decode()
    assert 'aria-label="All keys together: 12 requests; the most, 12, on' in text
    assert 'aria-label="Script: 12 requests' in text
