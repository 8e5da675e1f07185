"""The 468 vertices of MediaPipe's face mesh by name. Left and right are the picture's, as in landmarks68.

A face's right eye is the picture's left one, and LEFT_EYE here. The right one of a pair mirrors the left one, vertex by
vertex. The vertices have MediaPipe's numbers; those of lines and regions were read off the mesh drawn over photos.
"""

import numpy as np

from .mesh468_shape import MIRRORED

# The face's outline: from the middle of the hairline clockwise.
OVAL = np.fromstring(
    """10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377
    152 148 176 149 150 136 172 58 132 93 234 127 162 21 54 103 67 109""",
    int,
    sep=" ",
)
OVAL_TOP, OVAL_RIGHT, CHIN, OVAL_LEFT = 10, 454, 152, 234

# The lids' rims: from the outer corner over the upper lid to the inner corner and back below.
LEFT_EYE = np.array([33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7])
RIGHT_EYE = MIRRORED[LEFT_EYE]
LEFT_EYE_OUTER, RIGHT_EYE_INNER, RIGHT_EYE_OUTER = 33, 362, 263

# The brows' outlines: from the outer end along the upper edge to the inner one and back below.
LEFT_BROW = np.array([70, 63, 105, 66, 107, 55, 65, 52, 53, 46])
RIGHT_BROW = MIRRORED[LEFT_BROW]

# From the root of the nose to its tip; and the whole, to take the hull of.
NOSE_RIDGE = np.array([168, 6, 197, 195, 5, 4])
NOSE = np.array([193, 417, 122, 351, 198, 420, 49, 279, 129, 358, 64, 294, 98, 327, 2, 1, 4])
NOSE_TIP = 4

# The red of the lips: its outer and its inner rim, each from the left corner over the upper lip, and back below.
OUTER_LIPS = np.array([61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146])
INNER_LIPS = np.array([78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95])
MOUTH_LEFT, MOUTH_RIGHT = 61, 291
# Four lines from corner to corner make each lip; these are the upper lip's from without to within, and the lower lip's,
# all from left to right without the corners: (4, 9). A vertex has its neighbours of the next line in the same column.
UPPER_LIP = np.array(
    [
        [185, 40, 39, 37, 0, 267, 269, 270, 409],
        [184, 74, 73, 72, 11, 302, 303, 304, 408],
        [183, 42, 41, 38, 12, 268, 271, 272, 407],
        [191, 80, 81, 82, 13, 312, 311, 310, 415],
    ]
)
LOWER_LIP = np.array(
    [
        [146, 91, 181, 84, 17, 314, 405, 321, 375],
        [77, 90, 180, 85, 16, 315, 404, 320, 307],
        [96, 89, 179, 86, 15, 316, 403, 319, 325],
        [95, 88, 178, 87, 14, 317, 402, 318, 324],
    ]
)

# Skin, as outlines: what of a cheek neither lid, nose nor fold reaches, the temple beside eye and brow, and what lies
# above the brows.
LEFT_CHEEK = np.array([118, 119, 101, 36, 205, 50])
RIGHT_CHEEK = MIRRORED[LEFT_CHEEK]
LEFT_TEMPLE = np.array([21, 71, 156, 143, 34, 127, 162])
RIGHT_TEMPLE = MIRRORED[LEFT_TEMPLE]
FOREHEAD = np.array(
    [54, 103, 67, 109, 10, 338, 297, 332, 284, 298, 293, 334, 296, 336, 9, 107, 66, 105, 63, 68],
)

# What neither mouth, lids nor brows move: to lay one mesh on another.
RIGID = np.fromstring(
    """33 133 362 263 168 6 197 195 5 4 1 98 327 70 105 107 336 334 300
    127 356 234 454 10 151 9 67 297 21 251""",
    int,
    sep=" ",
)

# The vertex nearest to each of the 68 points of landmarks68.
LANDMARKS68 = np.fromstring(
    """127 234 93 132 58 136 150 176 152 400 379 365 288 361 323 454 356
    70 63 105 66 107 336 296 334 293 300
    168 197 5 4 75 97 2 326 305
    33 160 158 133 153 144 362 385 387 263 373 380
    61 39 37 0 267 269 291 405 314 17 84 181
    78 82 13 312 308 317 14 87""",
    int,
    sep=" ",
)
