"""Points: never lost, never doubled, never below zero."""

import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import points
from accounts.charges import charged
from accounts.models import PointEntry, User
from faceswap_site.ops.management.commands import serve


def test_a_hold_and_its_capture_cost_the_price_once(alice: User) -> None:
    points.hold(alice, 2, reference="swap:1")
    assert points.capture("swap:1")
    assert not points.capture("swap:1")
    alice.refresh_from_db()
    assert alice.balance == 98
    assert [entry.amount for entry in alice.point_entries.order_by("id")] == [100, -2, 0]


def test_a_balance_is_read_again_once_somebody_asks(alice: User, django_assert_num_queries: Any) -> None:
    assert alice.balance == 100
    for reference in ("swap:1", "swap:2"):
        with django_assert_num_queries(4):  # the balance, the entry, and a savepoint around both
            points.hold(alice, 2, reference=reference)
    with django_assert_num_queries(1):
        assert (alice.balance, alice.balance) == (96, 96)


def test_a_call_costs_its_price_and_nothing_where_it_fails(alice: User, settings: Any) -> None:
    settings.PRICES = settings.PRICES | {"compare": 3}
    assert alice.balance == 100
    with charged(alice, "compare"):
        assert alice.balance == 97
    assert alice.balance == 97
    with pytest.raises(ZeroDivisionError), charged(alice, "compare"):
        assert alice.balance / 0 == 94
    assert alice.balance == 97


def test_a_release_gives_the_price_back_once(alice: User) -> None:
    points.hold(alice, 5, reference="swap:1")
    assert points.release("swap:1")
    assert not points.release("swap:1")
    alice.refresh_from_db()
    assert alice.balance == 100


def test_what_was_captured_is_not_released(alice: User) -> None:
    points.hold(alice, 5, reference="swap:1")
    assert points.capture("swap:1")
    assert not points.release("swap:1")
    alice.refresh_from_db()
    assert alice.balance == 95


def test_a_hold_above_the_balance_changes_nothing_and_names_both(alice: User) -> None:
    with pytest.raises(points.NotEnoughPoints) as caught:
        points.hold(alice, 101, reference="swap:1")
    assert (caught.value.details["price"], caught.value.details["balance"]) == (101, 100)
    assert alice.point_entries.count() == 1


def test_whoever_is_out_of_points_is_told_how_to_get_more(alice: User, settings: Any) -> None:
    with pytest.raises(points.NotEnoughPoints, match=r"Ask whoever runs this site for more: .*grant_points"):
        points.hold(alice, 101, reference="swap:1")
    settings.CONTACT_EMAIL = "help@example.org"
    with pytest.raises(points.NotEnoughPoints, match=r"Ask help@example\.org for more: "):
        points.hold(alice, 101, reference="swap:1")


def test_the_first_administrator_has_the_points_of_a_sign_up(db: None) -> None:
    for _ in range(2):
        serve.Command()._create_first_administrator()
    assert User.objects.get(username="admin").balance == 100
    assert not points.accounts_out_of_balance().exists()


def test_settling_what_was_never_held_does_nothing(db: None) -> None:
    assert not points.capture("swap:nothing")
    assert not points.release("swap:nothing")
    assert not PointEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_on_a_balance_for_ten_get_exactly_ten() -> None:
    account = User.objects.create_user("alice")
    points.grant(account, 20, reason="Welcome")
    accepted: list[int] = []

    def hold(number: int) -> None:
        try:
            points.hold(User(pk=account.pk), 2, reference=f"swap:{number}")
            accepted.append(number)
        except points.NotEnoughPoints:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=hold, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account.refresh_from_db()
    assert (len(accepted), account.balance) == (10, 0)
    call_command("check_ledger")


def test_check_ledger_names_an_account_that_does_not_add_up(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(balance=7)
    with pytest.raises(CommandError, match="alice: balance 7, ledger 100"):
        call_command("check_ledger")


def test_grant_points_adds_with_a_reason(alice: User) -> None:
    call_command("grant_points", "alice", "5", "--reason", "for a bug report")
    alice.refresh_from_db()
    assert alice.balance == 105
    assert alice.point_entries.first().reason == "for a bug report"  # type: ignore[union-attr]
