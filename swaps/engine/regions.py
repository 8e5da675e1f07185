"""The named parts of a face, drawn on its chip: masks of (h, w) float32, 0 to 1, each made when it is first asked for.

Lengths are in spans: the distance between the eyes' outer corners.
"""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from faceswap_site.lib.crop_and_resize import Picture
from recognition.engine import landmarks68 as named
from recognition.engine.types import FloatImage, Points

from .region_points import FOREHEAD, OUTLINE

# How far brows reach above and below the line of their landmarks, which runs through their middle.
_BROW_ABOVE, _BROW_BELOW = 0.045, 0.03
_INNER_JAW = 0.72
_NOTHING = 1e-6
# How far out a Gaussian is followed, in standard deviations; how far a mask grows, in pixels, in whole numbers.
_TAIL, _FAR = 3.0, 4
# What the inner face reaches up to.
_UPPER = [
    named.BROW_LEFT,
    named.BROW_INNER_LEFT,
    named.BROW_INNER_RIGHT,
    named.BROW_RIGHT,
    named.EYE_OUTER_LEFT,
    named.EYE_OUTER_RIGHT,
]


class Regions:
    """Of a face whose region points, (107, 2), lie in pixels of a chip of this shape."""

    def __init__(self, points: Points, shape: tuple[int, ...]) -> None:
        self.points, self.shape = points, shape[:2]
        across = points[named.EYE_OUTER_RIGHT] - points[named.EYE_OUTER_LEFT]
        self.span = max(float(np.linalg.norm(across)), 1.0)
        upward = points[named.NOSE_TOP] - points[named.NOSE_BASE]
        self.up = upward / max(float(np.linalg.norm(upward)), 1e-9)

    def coarser(self) -> "Regions":
        """The same face on a chip of half the size."""
        return Regions((self.points + 0.5) / 2 - 0.5, (self.shape[0] // 2, self.shape[1] // 2))

    def soft(self, mask: FloatImage, spans: float) -> FloatImage:
        """Blur a mask, or another field that is nowhere below 0."""
        # What fades out towards the smallest numbers of all is what a processor is slowest with.
        return cv2.threshold(self.blurred(mask, spans), _NOTHING, 0, cv2.THRESH_TOZERO)[1]

    def blurred(self, field: FloatImage, spans: float) -> FloatImage:
        """Blur any field."""
        sigma = max(spans * self.span, 0.3)
        side = 2 * round(_TAIL * sigma) + 1
        return cv2.GaussianBlur(field, (side, side), sigma)

    def grown(self, mask: FloatImage, spans: float) -> FloatImage:
        """Widen a mask, or draw it in by a negative length."""
        if round(abs(spans) * self.span) < _FAR:
            return self.highest(mask, spans)
        whole = cv2.convertScaleAbs(mask, alpha=255)  # of which OpenCV looks at many at once
        return np.asarray(self.highest(whole, spans).astype(np.float32) / np.float32(255))

    def highest(self, field: Picture, spans: float) -> Picture:
        """What is highest within a length of each pixel of any field; what is lowest, within a negative one."""
        reach = round(abs(spans) * self.span)
        if reach == 0:
            return field
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        return cv2.dilate(field, kernel) if spans > 0 else cv2.erode(field, kernel)

    def hull(self, *corners: Points) -> FloatImage:
        """The convex hull of some points."""
        return self.polygon(cv2.convexHull(np.vstack(corners).astype(np.float32))[:, 0])

    def polygon(self, outline: Points) -> FloatImage:
        """What lies inside an outline."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return mask.astype(np.float32) / 255

    def raised(self, part: slice | NDArray[np.intp], spans: float) -> Points:
        """Some of the points, moved towards the forehead."""
        return np.asarray(self.points[part] + self.up * spans * self.span)

    @cached_property
    def face(self) -> FloatImage:
        """All within the outline."""
        return self.polygon(self.points[OUTLINE])

    @cached_property
    def depth(self) -> FloatImage:
        """How far each pixel lies inside the outline, in spans; 0 outside."""
        framed = cv2.copyMakeBorder((self.face > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        return cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1] / np.float32(self.span)

    @cached_property
    def eyes(self) -> FloatImage:
        return np.maximum(*[self.hull(self.points[eye]) for eye in (named.LEFT_EYE, named.RIGHT_EYE)])

    @cached_property
    def brows(self) -> FloatImage:
        return np.maximum(self._brow(named.LEFT_BROW), self._brow(named.RIGHT_BROW))

    @cached_property
    def inner_brows(self) -> FloatImage:
        """Without their outer ends, into which hair may reach."""
        left, right = named.LEFT_BROW, named.RIGHT_BROW
        return np.maximum(self._brow(slice(left.start + 1, left.stop)), self._brow(slice(right.start, right.stop - 1)))

    def _brow(self, part: slice) -> FloatImage:
        return self.hull(self.raised(part, _BROW_ABOVE), self.raised(part, -_BROW_BELOW))

    @cached_property
    def lips(self) -> FloatImage:
        return self.hull(self.points[named.OUTER_LIPS])

    @cached_property
    def mouth(self) -> FloatImage:
        """The opening between the lips, and a pixel of them."""
        return cv2.dilate(self.polygon(self.points[named.INNER_LIPS]), np.ones((3, 3), np.uint8))

    @cached_property
    def nostrils(self) -> FloatImage:
        return self.hull(self.points[named.NOSTRILS], self.raised(named.NOSTRILS, -0.02))

    @cached_property
    def nose(self) -> FloatImage:
        return self.hull(self.points[named.NOSE_RIDGE], self.points[named.NOSTRILS])

    @cached_property
    def features(self) -> FloatImage:
        """Eyes, brows, lips and nostrils with a margin: what tells nothing of a face's skin."""
        parts = ((self.eyes, 0.05), (self.brows, 0.02), (self.lips, 0.03), (self.nostrils, 0.03))
        return np.asarray(np.maximum.reduce([self.grown(part, margin) for part, margin in parts]))

    @cached_property
    def forehead(self) -> FloatImage:
        """All above the brows, hair too."""
        return self.soft(self.hull(self.raised(FOREHEAD, 0.2), self.raised(named.BROWS, 0.12)), 0.02)

    @cached_property
    def inner(self) -> FloatImage:
        """The inner face, which little but hands and spectacles covers."""
        middle = named.middle_of(self.points)
        jaw = middle + _INNER_JAW * (self.points[named.JAW][2:15] - middle)
        upper = self.points[_UPPER]
        return self.soft(self.grown(self.hull(jaw, upper), 0.02), 0.06)

    @cached_property
    def cheeks(self) -> FloatImage:
        """Where skin is seen on nearly every face, bearded or not."""
        return np.maximum(*[self.hull(self.points[cheek]) for cheek in (named.LEFT_CHEEK, named.RIGHT_CHEEK)])

    @cached_property
    def upper_lip(self) -> FloatImage:
        """The skin between nose and mouth."""
        whole = self.hull(self.points[named.MOUSTACHE])
        return whole * (1 - self.grown(self.nostrils, 0.03)) * (1 - self.grown(self.lips, 0.02))

    @cached_property
    def chin(self) -> FloatImage:
        """The skin between mouth and chin."""
        return self.hull(self.raised(named.LOWER_LIP_MIDDLE, -0.05), self.raised(named.CHIN_MIDDLE, 0.06))

    @cached_property
    def beard(self) -> FloatImage:
        """The lower face, where a beard grows."""
        whole = self.hull(self.points[named.JAW][2:15], self.points[named.NOSTRILS])
        return self.soft(whole, 0.05) * (1 - self.soft(self.grown(self.nose, 0.02), 0.03))

    @cached_property
    def around_mouth(self) -> FloatImage:
        """The skin that a smile folds: from the nose's wings over the cheeks to the chin, less on the chin itself."""
        middle = named.middle_of(self.points)
        jaw, wings = self.points[named.JAW] - middle, self.points[[named.NOSTRIL_LEFT, named.NOSTRIL_RIGHT]]
        sides, chin = middle + 0.86 * jaw[[3, 4, 5, 11, 12, 13]], middle + 0.88 * jaw[6:11]
        whole = self.hull(wings, sides, chin, middle + 0.7 * jaw[[2, 14]])
        still = self.hull(self.points[named.JAW][6:11], self.raised(named.LOWER_LIP_MIDDLE, -0.12))
        nose = self.grown(self.hull(self.points[named.NOSE_RIDGE][2:], self.points[named.NOSTRILS]), 0.05)
        return self.soft(whole, 0.05) * (1 - 0.7 * self.soft(still, 0.05)) * (1 - self.soft(nose, 0.03))
