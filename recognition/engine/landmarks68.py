"""The 68 points of a face by name: the iBUG scheme, as dlib's predictor numbers it. Left and right are the picture's.

C. Sagonas, G. Tzimiropoulos, S. Zafeiriou, M. Pantic, "300 Faces in-the-Wild Challenge", ICCV Workshops 2013.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .types import Points

ALL = slice(0, 68)
# From one ear along the chin to the other.
JAW = slice(0, 17)
LEFT_BROW, RIGHT_BROW, BROWS = slice(17, 22), slice(22, 27), slice(17, 27)
NOSE_RIDGE, NOSTRILS = slice(27, 31), slice(31, 36)
LEFT_EYE, RIGHT_EYE, EYES = slice(36, 42), slice(42, 48), slice(36, 48)
OUTER_LIPS, INNER_LIPS, LIPS = slice(48, 60), slice(60, 68), slice(48, 68)
# All that lies inside the jaw.
FEATURES = slice(17, 68)

JAW_LEFT, CHIN, JAW_RIGHT = 0, 8, 16
BROW_LEFT, BROW_INNER_LEFT, BROW_INNER_RIGHT, BROW_RIGHT = 17, 21, 22, 26
NOSE_TOP, NOSE_TIP, NOSE_BASE = 27, 30, 33
NOSTRIL_LEFT, NOSTRIL_RIGHT = 31, 35
EYE_OUTER_LEFT, EYE_OUTER_RIGHT = 36, 45
MOUTH_LEFT, MOUTH_RIGHT = 48, 54
INNER_MOUTH_LEFT, INNER_MOUTH_RIGHT = 60, 64

# The inner line's upper points with the lower ones that face them.
LIP_GAPS = np.array([(61, 67), (62, 66), (63, 65)])
# The outline of each lip, from a corner along its outer line and back along the inner one.
UPPER_LIP = np.r_[48:55, 64:59:-1]
LOWER_LIP = np.r_[54:60, 48, 60, 67:63:-1]
# The middle of the lower lip's outer line and of the chin, and what bounds the skin between nose and mouth.
LIP_MIDDLES = np.array([51, 57])
LOWER_LIP_MIDDLE, CHIN_MIDDLE = np.array([58, 57, 56]), np.array([7, 8, 9])
MOUSTACHE = np.array([31, 33, 35, 50, 52, 49, 53])
# Cheeks, each with its side of the nose, between the jaw and the eye's lower lid.
LEFT_CHEEK = np.array([1, 2, 3, 31, 29, 28, 39, 40, 41, 36])
RIGHT_CHEEK = np.array([15, 14, 13, 35, 29, 28, 42, 47, 46, 45])


def across_eyes(points: "Points") -> "Points":
    """From the middle of the left eye to that of the right one, (2,)."""
    return np.asarray(points[RIGHT_EYE].mean(0) - points[LEFT_EYE].mean(0))


def middle_of(points: "Points") -> "Points":
    """The middle of a face, on its nose: (2,)."""
    return np.asarray(points[[NOSE_TOP, NOSE_TIP, NOSE_BASE]].mean(0))
