"""Answers in words: sure, likely, not sure; never in contradiction to the numbers behind them."""

import numpy as np
import pytest

from recognition.engine.compare import Verdict, similarity, verdict_of
from recognition.engine.quality import quality_of
from recognition.engine.types import Pose
from recognition.verdict_words import in_words


@pytest.mark.parametrize(
    ("distance", "threshold", "words", "step"),
    [
        (0.42, 0.6, "Same person, very sure", 5),
        (0.54, 0.6, "Probably the same person", 4),
        (0.60, 0.6, "Not sure: it may be the same person", 3),
        (0.66, 0.6, "Probably not the same person", 2),
        (0.85, 0.6, "Not the same person, very sure", 1),
        (0.42, 0.3, "Not the same person, by the distance that you chose", 2),
        (0.85, 0.95, "The same person, by the distance that you chose", 4),
    ],
)
def test_distances_are_said_in_words(distance: float, threshold: float, words: str, step: int) -> None:
    answer = in_words(verdict_of(distance, threshold=threshold), similarity(distance))
    assert (answer.text, answer.step) == (words, step)
    assert answer.steps.index(True) == step - 1 and answer.steps.count(True) == 1


@pytest.mark.parametrize("verdict", ["match", "uncertain"])
def test_whoever_is_named_is_named_with_how_sure_that_is(verdict: Verdict) -> None:
    assert all(in_words(verdict, share).beside_name for share in (0.01, 0.5, 0.97, 0.999))


@pytest.mark.parametrize("distance", [39.0, 39.4, 39.6, 39.99])
def test_a_small_face_never_reads_as_large_enough(distance: float) -> None:
    landmarks = np.linspace(0, 99, 136).reshape(68, 2)
    landmarks[36:42], landmarks[42:48] = (20, 40), (20 + distance, 40)
    quality = quality_of(np.zeros((100, 100, 3), np.uint8), landmarks, Pose(0, 0, 0))
    assert "the face is small (39 pixels between the eyes, better 40)" in quality.reasons
