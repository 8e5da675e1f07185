"""Faces that are too small for anything to be done with them: only whether they are there, to say so."""

from recognition.engine.types import ByteImage
from recognition.engine.yunet import look

# How much the copy is enlarged, its long side at most, and the score that a find must reach. The finder itself enlarges
# nothing beyond 640 pixels and looks at no more than 2048.
_TIMES, _MOST, _SCORE = 4, 3200, 0.8


def tiny_face_width(rgb: ByteImage) -> int | None:
    """How wide the widest face is that `find_faces` left out for its size; for a photo on which it found none.

    Parameters
    ----------
    rgb : (H, W, 3) uint8

    Returns
    -------
    int or None
        Pixels, from about 8 up. About a second of one core.
    """
    finds = look(rgb, min(_MOST, _TIMES * max(rgb.shape[:2])), least=_SCORE)
    return max((round(find.width) for find in finds), default=None)
