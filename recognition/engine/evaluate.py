"""How well descriptors tell labelled people apart: rates with their uncertainty, not only the flattering number."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compare import Calibration
from .types import FloatImage

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rate:
    """A share of `errors` in `trials`, and the 95 % interval it is known to (Wilson score)."""

    errors: int
    trials: int

    @property
    def value(self) -> float:
        """0 to 1; 0 where nothing was tried."""
        return self.errors / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end; (0, 1) where nothing was tried. Wilson, J. Am. Stat. Assoc. 22 (1927) 209."""
        if not self.trials:
            return 0.0, 1.0
        z, n, p = 1.959964, self.trials, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All pairs of labelled faces at a threshold.

    Attributes
    ----------
    first, second : (P,) int64
        The faces of each pair.
    distances : (P,) float32
    genuine : (P,) bool
        Whether a pair is of one person.
    threshold : float
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distances: FloatImage
    genuine: Flags
    threshold: float

    @property
    def auc(self) -> float | None:
        """The chance that a genuine pair is nearer than an impostor pair; None where one kind is missing."""
        near, far = self.distances[self.genuine], np.sort(self.distances[~self.genuine])
        if not len(near) or not len(far):
            return None
        above = len(far) - np.searchsorted(far, near, side="right")
        ties = np.searchsorted(far, near, side="right") - np.searchsorted(far, near, side="left")
        return float((above + ties / 2).sum() / (len(near) * len(far)))

    @property
    def wrong(self) -> Rate:
        """Pairs on the wrong side of the threshold; accuracy is one less this."""
        return Rate(int(((self.distances <= self.threshold) != self.genuine).sum()), len(self.distances))

    @property
    def false_match(self) -> Rate:
        """Pairs of two people within the threshold."""
        far = self.distances[~self.genuine]
        return Rate(int((far <= self.threshold).sum()), len(far))

    @property
    def false_non_match(self) -> Rate:
        """Pairs of one person beyond the threshold."""
        near = self.distances[self.genuine]
        return Rate(int((near > self.threshold).sum()), len(near))

    @property
    def calibration(self) -> Calibration | None:
        """The curve that these pairs would give; None where there are too few of either kind."""
        near, far = self.distances[self.genuine], self.distances[~self.genuine]
        return Calibration.fitted(near, far) if min(len(near), len(far)) >= 2 else None

    def roc(self) -> tuple[FloatImage, FloatImage]:
        """False match rate and true match rate at every distance: two (N,) float32, rising from 0 to 1."""
        order = np.argsort(self.distances, kind="stable")
        genuine = self.genuine[order]
        true = np.cumsum(genuine) / max(1, genuine.sum())
        false = np.cumsum(~genuine) / max(1, (~genuine).sum())
        last = np.append(np.diff(self.distances[order]) > 0, True)  # equal distances are one step
        return np.append(0, false[last]).astype(np.float32), np.append(0, true[last]).astype(np.float32)


def evaluate(descriptors: FloatImage, labels: list[str], *, threshold: float) -> Evaluation:
    """Compare every face with every other: descriptors (N, 128) float32, and whose each of them is."""
    first, second = (part.astype(np.int64) for part in np.triu_indices(len(descriptors), 1))
    distances = np.linalg.norm(descriptors[first] - descriptors[second], axis=1).astype(np.float32)
    names = np.array(labels, dtype=object)
    return Evaluation(first, second, distances, np.asarray(names[first] == names[second], bool), threshold)
