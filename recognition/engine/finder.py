"""Finding faces: an upright look at a small copy of the photo, and further looks where that one leaves a doubt.

One look costs 15 ms of one core. Upright faces score 0.88 and more; a face that lies or stands on its head is missed,
or scores less than it does from its own angle. So where nothing was seen, or something doubtful, that place alone is
looked at from all sides, and the whole photo from the angle that wins.
"""

from collections.abc import Iterable, Sequence

from faceswap_site.lib.crop_and_resize import clipped

from .boxes import overlap, without_overlaps
from .landmarks import leaning_landmarks, pose_of
from .quality import quality_of
from .types import Box, ByteImage, Face, Mode
from .yunet import Find, look, moved

# Long sides, in pixels, of the copies that are looked at: for the largest face, for all, for those far away, and the
# finest, where a face narrower than this was seen on the copy before, or none.
_LARGEST, _FIRST, _FINER, _FINEST = 320, 640, 1024, 2048
_SMALL = 32
# Scores: what is worth another look, what counts, what a finer or turned copy must show, what leaves no doubt.
_FAINT, _LEAST, _LEAST_TURNED, _LEAST_FINER, _ALMOST_SURE, _SURE = 0.3, 0.7, 0.8, 0.86, 0.9, 0.91
_TURNS = tuple(range(30, 360, 30))
_LEANING = 18  # degrees; a face that leans further is seen better from its own angle
# By how much a turned look must beat the upright one, on a doubtful face cut out with a margin (shares of its width)
# and brought to this long side; how many of a photo's larger faces are asked, and how many of them looked at.
_LEAD, _MARGIN, _PROBE, _ASKED, _PROBED = 0.03, 0.6, 144, 4, 2
# What shows faces too small for anything to be done with them: by how much the copy is enlarged, its long side at most,
# and the score that they must reach.
_TIMES, _MOST, _LEAST_TINY = 4, 3200, 0.8
_SAME_PLACE = 0.4  # how far a face that is found again must cover the box where it was


def find_faces(rgb: ByteImage, *, mode: Mode = "all") -> list[Face]:
    """Find the faces of a photo.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    mode : "all" or "largest"
        "largest" gives the widest face alone, and doesn't look for small ones beside it.

    Returns
    -------
    list of Face
        In the published order: left to right by the centre of the box, ties top to bottom. Empty if there is none.
    """
    finds = _sure_largest(rgb) if mode == "largest" else []
    if finds:
        return [_face(rgb, find, mode) for find in finds]
    seen = look(rgb, _FIRST, least=_FAINT)
    turns: Sequence[int] = _turns(rgb, seen)
    finds = without_overlaps([*(find for find in seen if find.score >= _LEAST), *_turned(rgb, turns)])
    if mode == "all" or not finds:
        finds = _looked_closer(rgb, finds, (0, *turns))
    if not finds:
        # Half the copy costs a quarter; most photos without a face are through here.
        turns = [turn for turn in _TURNS if look(rgb, _LARGEST, least=_LEAST, turn=turn)]
        finds = without_overlaps(_turned(rgb, turns))
    if mode == "largest":
        finds = sorted(finds, key=lambda find: (find.width, find.box))[-1:]
    return in_order([_face(rgb, find, mode) for find in finds])


def face_at(rgb: ByteImage, box: Box) -> Face | None:
    """Find the face again that a search found in a box, on this photo or on a copy of another size.

    The box is in pixels of `rgb`. None where no face is seen there. 5 to 40 ms of one core, however large the photo.
    """
    part, offset = _cut_out(rgb, box)
    finds = look(part, _PROBE, least=_LEAST)
    if _best_score(finds) < _SURE:
        finds += [find for turn in _TURNS for find in look(part, _PROBE, least=_LEAST_TURNED, turn=turn)]
    there = [
        place for find in without_overlaps(finds) if overlap((place := moved(find, offset)).box, box) > _SAME_PLACE
    ]
    return _face(rgb, there[0], "all") if there else None


def tiny_face_width(rgb: ByteImage) -> int | None:
    """How wide the widest face is that `find_faces` left out for its size; for a photo on which it found none.

    Pixels, from about 8 up. Takes about a second of one core.
    """
    finds = look(rgb, min(_MOST, _TIMES * max(rgb.shape[:2])), least=_LEAST_TINY)
    return max((round(find.width) for find in finds), default=None)


def in_order(faces: list[Face]) -> list[Face]:
    """Sort faces into the published order: left to right by the centre of the box, ties top to bottom."""
    return sorted(faces, key=lambda face: (round(face.centre[0], 3), round(face.centre[1], 3)))


def _sure_largest(rgb: ByteImage) -> list[Find]:
    """The widest face where a small copy leaves no doubt of it: half the cost of the first look for all."""
    seen = sorted(look(rgb, _LARGEST, least=_FAINT), key=lambda find: (find.width, find.box))[-1:]
    long_side = max(rgb.shape[:2])
    return [find for find in seen if find.score >= _SURE and find.width * _LARGEST / long_side >= 2 * _SMALL]


def _turns(rgb: ByteImage, seen: list[Find]) -> tuple[int, ...]:
    """The angles at which doubtful ones of the larger faces are seen better than upright."""
    larger = sorted(seen, key=lambda find: (-find.width, find.box))[:_ASKED]
    doubtful = sorted((find for find in larger if find.score < _SURE), key=lambda find: find.score)[:_PROBED]
    return tuple(sorted({turn for find in doubtful if (turn := _best_turn(rgb, find)) is not None}))


def _best_turn(rgb: ByteImage, find: Find) -> int | None:
    part, _ = _cut_out(rgb, find.box)
    scores = {turn: _best_score(look(part, _PROBE, least=_FAINT, turn=turn)) for turn in (0, 180)}
    # A head that stands on its head may score as high as one that leans; clear upright ones are through here.
    if find.score < _ALMOST_SURE or abs(find.roll) > _LEANING or scores[180] > scores[0]:
        others = [turn for turn in _TURNS if turn not in scores]
        scores |= {turn: _best_score(look(part, _PROBE, least=_FAINT, turn=turn)) for turn in others}
    best = max(scores, key=lambda turn: (scores[turn], -turn))
    return best if scores[best] >= max(_LEAST_TURNED, scores[0] + _LEAD) else None


def _cut_out(rgb: ByteImage, box: Box) -> tuple[ByteImage, tuple[int, int]]:
    """The photo around a box, and the pixel where that begins, x and y."""
    left, top, right, bottom = clipped(box, rgb.shape, margin=_MARGIN * (box[2] - box[0]))
    return rgb[top:bottom, left:right], (left, top)


def _best_score(finds: list[Find]) -> float:
    return max((find.score for find in finds), default=0.0)


def _turned(rgb: ByteImage, turns: Iterable[int]) -> list[Find]:
    return [find for turn in turns for find in look(rgb, _FIRST, least=_LEAST_TURNED, turn=turn)]


def _looked_closer(rgb: ByteImage, finds: list[Find], turns: Iterable[int]) -> list[Find]:
    """Add what only larger copies show: faces of a large group, or far away."""
    long_side = max(rgb.shape[:2])
    for side, before in ((_FINER, _FIRST), (_FINEST, _FINER)):
        widths = [find.width * before / long_side for find in finds]
        if long_side <= before or (before == _FINER and widths and min(widths) >= _SMALL):
            break
        closer = [find for turn in turns for find in look(rgb, min(side, long_side), least=_LEAST_FINER, turn=turn)]
        finds = without_overlaps(finds + closer)
    return finds


def _face(rgb: ByteImage, find: Find, mode: Mode) -> Face:
    landmarks = leaning_landmarks(rgb, find.box, roll=find.roll)
    pose = pose_of(landmarks)
    return Face(find.box, landmarks, find.score, pose, quality_of(rgb, landmarks, pose), mode)
