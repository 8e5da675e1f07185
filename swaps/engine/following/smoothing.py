"""The One-Euro filter: points that stand still when the face does and follow at once when it moves.

Source: G. Casiez, N. Roussel, D. Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems", CHI 2012.
"""

import math

import numpy as np

from recognition.engine.types import Points


class OneEuro:
    """Smooths points over time; the faster a point moves, the less it is held back.

    Parameters
    ----------
    min_cutoff : float
        Hz; the low-pass of a point at rest. Lower is steadier.
    beta : float
        Hz for a speed of one face width a second. Higher lags less.
    speed_cutoff : float
        Hz; the low-pass of the speed itself.
    """

    def __init__(self, min_cutoff: float = 1.0, beta: float = 60.0, speed_cutoff: float = 3.0) -> None:
        self.min_cutoff = min_cutoff
        self.beta = beta
        self.speed_cutoff = speed_cutoff
        self._points: Points | None = None
        self._speed: Points = np.zeros((0, 2))
        self._at = 0.0

    def reset(self) -> None:
        """Forget the past: the next points come through as they are."""
        self._points = None

    def carried(self, turn: Points) -> Points | None:
        """The points that it holds after all moved together, by a matrix (2, 3); it goes on from there.

        None where it holds none. What moves together is not held back, and a point's speed is how it moves besides.
        """
        if self._points is not None:
            points, speed = self._points.copy(), self._speed.copy()
            points[:, :2] = points[:, :2] @ turn[:, :2].T + turn[:, 2]
            speed[:, :2] = speed[:, :2] @ turn[:, :2].T
            self._points, self._speed = points, speed
        return self._points

    def __call__(self, points: Points, width: float, at: float) -> Points:
        """Smooth the points of one frame, (N, 2) or (N, 3) in pixels, taken at so many seconds of any clock.

        `width` is the face's in pixels: speeds count in faces a second, so that near and far faces are held alike.
        """
        before = self._points
        if before is None:
            self._points, self._speed, self._at = points, np.zeros_like(points), at
            return points
        passed = min(max(at - self._at, 1e-3), 1.0)
        speed = (points - before) / (passed * max(width, 1.0))
        self._speed = self._speed + _share(self.speed_cutoff, passed) * (speed - self._speed)
        cutoff = self.min_cutoff + self.beta * np.linalg.norm(self._speed, axis=1, keepdims=True)
        rate = 2 * math.pi * cutoff * passed
        self._points = before + rate / (1 + rate) * (points - before)
        self._at = at
        return self._points


def _share(cutoff: float, passed: float) -> float:
    rate = 2 * math.pi * cutoff * passed
    return rate / (1 + rate)
