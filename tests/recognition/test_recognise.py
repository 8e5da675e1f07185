"""Who is it: an account's own people and the site's, with candidates, a verdict and the doubt told."""

import pytest

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from recognition import recognise
from recognition.models import Person
from recognition.search.loaded_registries import site_registry

from .conftest import person_with, photo

pytestmark = [pytest.mark.django_db, pytest.mark.real_engine]


def test_another_photo_of_a_known_person_is_a_match(alice: User, obama: Person) -> None:
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"))
    assert found.verdict == "match"
    assert [candidate.name for candidate in found.candidates] == ["Barack Obama"]
    assert found.candidates[0].distance < 0.5 and found.candidates[0].similarity > 0.95
    assert (found.threshold, found.margin) == (0.6, None)


def test_the_margin_says_how_far_behind_the_second_person_is(alice: User, obama: Person) -> None:
    person_with(alice, "Joe Biden", "biden.jpg")
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"))
    assert [candidate.name for candidate in found.candidates] == ["Barack Obama", "Joe Biden"]
    assert found.margin == pytest.approx(found.candidates[1].distance - found.candidates[0].distance, abs=1e-3)
    assert found.margin is not None and found.margin > 0.1


def test_a_stranger_matches_nobody(alice: User, obama: Person) -> None:
    [found] = recognise.recognise(account=alice, photo=photo("astronaut.png"))
    assert found.verdict == "no_match"
    assert found.candidates[0].similarity < 0.1


def test_two_entries_of_one_person_make_the_answer_uncertain(alice: User) -> None:
    person_with(alice, "Barack", "obama.jpg")
    person_with(alice, "Mr President", "obama.jpg")
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"))
    assert (found.verdict, found.margin) == ("uncertain", 0)


def test_nobody_is_known_to_another_account(bob: User, obama: Person) -> None:
    [found] = recognise.recognise(account=bob, photo=photo("obama3.jpg"))
    assert (found.verdict, found.candidates) == ("no_match", ())


def test_people_of_the_site_are_known_to_all_but_protected_ones_to_administrators_only(
    alice: User, administrator: User
) -> None:
    person_with(administrator, "Joe Biden", "biden.jpg", registry=site_registry())
    person_with(administrator, "Barack Obama", "obama.jpg", registry=site_registry(), protected=True)
    [biden] = recognise.recognise(account=alice, photo=photo("biden.jpg"))
    assert biden.candidates[0].name == "Joe Biden"
    [obama] = recognise.recognise(account=alice, photo=photo("obama2.jpg"))
    assert "Barack Obama" not in [candidate.name for candidate in obama.candidates]
    [obama] = recognise.recognise(account=administrator, photo=photo("obama2.jpg"))
    assert obama.candidates[0].name == "Barack Obama"


def test_a_stricter_threshold_turns_matches_into_doubt(alice: User, obama: Person) -> None:
    [found] = recognise.recognise(account=alice, photo=photo("obama3.jpg"), threshold=0.35)
    assert (found.verdict, found.threshold) == ("uncertain", 0.35)


@pytest.mark.parametrize("threshold", [0.0, -1, 1.5, float("nan")])
def test_a_threshold_that_makes_no_sense_is_refused(alice: User, threshold: float) -> None:
    with pytest.raises(DomainError) as caught:
        recognise.recognise(account=alice, photo=photo("biden.jpg"), threshold=threshold)
    assert caught.value.code == "invalid_threshold"


def test_two_photos_are_compared() -> None:
    same = recognise.compare_faces(one=photo("obama.jpg"), other=photo("obama2.jpg"))
    assert (same.verdict, same.threshold) == ("match", 0.6)
    other = recognise.compare_faces(one=photo("obama.jpg"), other=photo("biden.jpg"))
    assert other.verdict == "no_match"
    assert other.similarity < 0.1 < 0.9 < same.similarity
