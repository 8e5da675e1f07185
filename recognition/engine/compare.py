"""From distances to answers: how similar, which verdict, and how several photos of a person count together."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from faceswap_site.lib.error_catalogue import gettext_noop as _

from .descriptors import SAME_PERSON
from .types import FloatImage

Verdict = Literal["match", "uncertain", "no_match"]

# Names the model and what cuts its input; descriptors of different names can't be compared.
ENCODER = "dlib-resnet-v1"

DEFAULT_THRESHOLD = SAME_PERSON
STRICT_THRESHOLD = 0.5
THRESHOLDS = {"default": DEFAULT_THRESHOLD, "strict": STRICT_THRESHOLD}  # as programs and commands name them
LEAST_THRESHOLD, MOST_THRESHOLD = 0.2, 1.0
# Distances nearer to the threshold than this are told as doubt: on labelled portraits the farthest genuine pair
# lay at 0.60 and the nearest pair of strangers at 0.636, so the truth can fall on either side.
DOUBT = 0.04
# Two people nearer to each other than this are told apart by chance.
LEAST_MARGIN = 0.05
# In group photos every pair of strangers under the threshold had a face of a quality below 0.17.
LEAST_QUALITY = 0.2

_CENTRE, _SLOPE = 0.6, 40.0
CALIBRATION_SOURCE = _(
    "Logistic curve, 50 % at distance 0.60 (the boundary dlib publishes with the model), slope 40 from the spread of "
    "1,425 pairs of strangers (mean 0.807, standard deviation 0.096), same and different people held equally likely."
)


@dataclass(frozen=True)
class Calibration:
    """A logistic curve from distance to similarity.

    Attributes
    ----------
    centre : float
        The distance at which both answers are equally likely.
    slope : float
        Change of the log odds a unit of distance.
    """

    centre: float = _CENTRE
    slope: float = _SLOPE

    def similarity(self, distance: float) -> float:
        """0 (certainly different) to 1 (certainly the same)."""
        return 1 / (1 + math.exp(min(700.0, self.slope * (distance - self.centre))))

    @classmethod
    def fitted(cls, genuine: FloatImage, impostor: FloatImage) -> "Calibration":
        """Fit to labelled distances as two normal distributions of one spread, both equally likely.

        Parameters
        ----------
        genuine, impostor : (N,), (M,) float32
            Distances of pairs of one person and of two; at least two of each.
        """
        spread = (genuine.var(ddof=1) * (len(genuine) - 1) + impostor.var(ddof=1) * (len(impostor) - 1)) / (
            len(genuine) + len(impostor) - 2
        )
        near, far = float(genuine.mean()), float(impostor.mean())
        return cls(centre=(near + far) / 2, slope=(far - near) / max(float(spread), 1e-6))


CALIBRATION = Calibration()


def similarity(distance: float) -> float:
    """How likely two faces at this distance are one person, 0 to 1, rounded to 4 places; see CALIBRATION_SOURCE."""
    return round(CALIBRATION.similarity(distance), 4)


def verdict_of(
    distance: float,
    *,
    threshold: float,
    quality: float = 1.0,
    margin: float | None = None,
    nearest_of_many: bool = False,
) -> Verdict:
    """Say what a distance means.

    Parameters
    ----------
    distance, threshold : float
    quality : float
        The lower quality score of the faces; a poor face makes a match uncertain.
    margin : float or None
        How much farther the second person is; a small one makes a match uncertain.
    nearest_of_many : bool
        Whether the distance is the smallest of a search. The nearest of many strangers is near by choice, so above
        the threshold there is no doubt in favour of a match then.

    Returns
    -------
    "match", "uncertain" or "no_match"
    """
    if distance > (threshold if nearest_of_many else threshold + DOUBT):
        return "no_match"
    doubtful = distance > threshold - DOUBT or quality < LEAST_QUALITY
    if doubtful or (margin is not None and margin < LEAST_MARGIN):
        return "uncertain"
    return "match"


def unlike_the_rest(descriptors: FloatImage, *, threshold: float = DEFAULT_THRESHOLD) -> list[int]:
    """Number the photos, of several that should be of one person, that show somebody else, ascending.

    One descriptor a photo, (N, 128). Measured from the photo that is nearest to all others; of two, from the first.
    """
    if len(descriptors) < 2:
        return []
    apart = np.linalg.norm(descriptors[:, None] - descriptors[None], axis=2)
    middle = int(apart.sum(1).argmin())
    return [
        number
        for number, distance in enumerate(apart[middle])
        if verdict_of(float(distance), threshold=threshold) == "no_match"
    ]


def person_distance(distances: FloatImage) -> float:
    """The distance of a face to a person, from those to each of the person's photos: (N,) float32, N >= 1.

    The mean over the nearest half of them, at most three: one lucky photo does not make a match, and one bad photo does
    not spoil it.
    """
    count = min(3, (len(distances) + 1) // 2)
    return float(np.sort(distances)[:count].mean(dtype=np.float64))
