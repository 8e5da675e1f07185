"""Where the changed face lies on a picture, so that whatever is cropped is cropped around it.

The worker writes the place down with the job. Pages say it as classes in steps of a tenth, which static/css/photos.css
turns into object-position: the content policy forbids style attributes, and rows that a script adds later can carry
classes too.
"""

from collections.abc import Sequence

from recognition.engine import Face

# The point that CSS lays at p % of a box is the one at p % of the picture: a face at the top of a tall picture would
# touch the upper edge. Going beyond it by this much brings faces near the middle of crops to half or a third.
BEYOND = 1.6
# A picture higher than this times its width is shown cropped where the whole of it would make the face tiny.
TALL = 1.5


def face_place(faces: Sequence[Face], *, width: int, height: int) -> tuple[float, float] | None:
    """Where the largest of some faces has its middle, as shares of width and height from 0 to 1; None for no faces."""
    if not faces:
        return None
    x, y = max(faces, key=lambda face: face.eye_distance).centre
    return _share(x, width), _share(y, height)


def framing_classes(x: float | None, y: float | None) -> str:
    """The classes of a picture whose face is there; where nobody knows, faces are looked for above the middle."""
    if x is None or y is None:
        return "framed"
    return f"framed face-x-{_tenths(x)} face-y-{_tenths(y)}"


def _share(at: float, side: int) -> float:
    return round(min(1.0, max(0.0, float(at) / side)), 3)


def _tenths(share: float) -> int:
    return round(10 * min(1.0, max(0.0, 0.5 + BEYOND * (share - 0.5))))
