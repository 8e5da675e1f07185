"""Verdicts and similarity follow from distance, quality and margin."""

import numpy as np
import pytest

from recognition.engine.compare import Calibration, person_distance, similarity, verdict_of


@pytest.mark.parametrize(
    ("distance", "one_to_one", "one_of_many"),
    [
        (0.3, "match", "match"),
        (0.55, "match", "match"),
        (0.57, "uncertain", "uncertain"),
        (0.6, "uncertain", "uncertain"),
        (0.62, "uncertain", "no_match"),
        (0.65, "no_match", "no_match"),
    ],
)
def test_doubt_lies_around_the_threshold(distance: float, one_to_one: str, one_of_many: str) -> None:
    assert verdict_of(distance, threshold=0.6) == one_to_one
    assert verdict_of(distance, threshold=0.6, nearest_of_many=True) == one_of_many


def test_a_poor_photo_or_a_close_second_makes_a_match_uncertain() -> None:
    assert verdict_of(0.3, threshold=0.6, quality=0.1) == "uncertain"
    assert verdict_of(0.3, threshold=0.6, margin=0.02) == "uncertain"
    assert verdict_of(0.9, threshold=0.6, quality=0.1, margin=0.02) == "no_match"


def test_similarity_falls_from_one_to_zero_through_a_half_at_the_centre() -> None:
    told = [similarity(distance) for distance in (0, 0.3, 0.5, 0.6, 0.7, 1.2)]
    assert told == sorted(told, reverse=True)
    assert told[3] == 0.5 and told[0] > 0.999 and told[-1] < 0.001


def test_a_calibration_is_found_again_from_its_own_distances() -> None:
    rng = np.random.default_rng(5)
    near, far = (rng.normal(mean, 0.1, 4000).astype(np.float32) for mean in (0.4, 0.8))
    fitted = Calibration.fitted(near, far)
    assert fitted.centre == pytest.approx(0.6, abs=0.01)
    assert fitted.slope == pytest.approx(40, rel=0.05)


@pytest.mark.parametrize(
    ("distances", "counted"),
    [([0.4], 0.4), ([0.3, 0.9], 0.3), ([0.9, 0.3, 0.5], 0.4), ([0.3, 0.4, 0.5, 0.9, 0.9, 0.9], 0.4)],
)
def test_several_photos_of_a_person_count_together(distances: list[float], counted: float) -> None:
    assert person_distance(np.array(distances, np.float32)) == pytest.approx(counted)
