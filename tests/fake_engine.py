"""The engine of most tests: it finds the faces that tests/drawn.py draws, and paints FAKE over those that change.

A face is a patch of strong colour on ground that is nearly grey, however large it is and wherever it was pasted. The
hue is the person, its brightness the photo. It takes a millisecond and no model; the same input gives the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from recognition.engine import Face, FaceIndexError, NoFaceFound
from recognition.engine.landmarks import pose_of
from recognition.engine.quality import quality_of
from recognition.engine.types import Box, ByteImage, FloatImage, Mode, Points
from swaps.engine import Fit, SourceFace, SwapOptions, SwapResult
from swaps.engine.clips import Analysis, Clip, Seen
from swaps.engine.clips.analysis import segments_of
from swaps.engine.clips.painting import _numbered
from swaps.engine.clips.reading import Read, frames
from swaps.engine.clips.steady import Run
from swaps.engine.whole_photo import TARGET_PHOTO

# Pixels of the copy that is looked at, and of the narrowest face on the photo itself.
_LOOKED_AT, _LEAST_WIDTH = 400, 12
# What a box must share with another to be of one face.
_SAME_PLACE = 0.4
# How far apart hues, and the brightness of one hue, lie as descriptors: three even hues by 0.95 each.
_HUES, _BRIGHTNESS = 0.55, 2.0
_SQUARES = 6  # of the checker pattern, along a side


def find_faces(rgb: ByteImage, *, mode: Mode = "all") -> list[Face]:
    """The drawn faces of a photo, left to right."""
    boxes = [box for box in _patches(rgb) if box[2] - box[0] >= _LEAST_WIDTH]
    if mode == "largest":
        boxes = sorted(boxes, key=lambda box: (box[2] - box[0], box))[-1:]
    return [_face(rgb, box, mode) for box in sorted(boxes, key=lambda box: (box[0] + box[2], box[1] + box[3]))]


def face_at(rgb: ByteImage, box: Box) -> Face | None:
    """The face that lies in a box."""
    return next((face for face in find_faces(rgb) if _overlap(face.box, box) > _SAME_PLACE), None)


def tiny_face_width(rgb: ByteImage) -> int | None:
    """How wide the widest face is that is too narrow to be found."""
    return max((round(box[2] - box[0]) for box in _patches(rgb)), default=None)


def explicit_score(rgb: ByteImage, *, classifier: Path | None = None) -> float:
    """As sure as the picture is magenta, which nothing drawn is."""
    red, green, blue = cv2.mean(rgb)[:3]
    return float(np.clip((min(red, blue) - green) / 200, 0, 1))


def describe_faces(rgb: ByteImage, faces: Sequence[Face]) -> FloatImage:
    """Who they are, (N, 128): hue and brightness of each."""
    rows = np.zeros((len(faces), 128), np.float32)
    for row, face in zip(rows, faces, strict=True):
        left, top, right, bottom = (max(0, round(side)) for side in face.box)
        colour = _colour(rgb[top:bottom, left:right])
        hue = _hue(colour)
        row[:3] = _HUES * np.cos(hue), _HUES * np.sin(hue), _BRIGHTNESS * colour.max() / 255
    return rows


def swap_faces(
    target_rgb: ByteImage,
    sources: Mapping[int, SourceFace],
    options: SwapOptions | None = None,
    *,
    target_faces: Mapping[int, Face],
) -> SwapResult:
    """A checker pattern in the colour of the new face, and the word FAKE, where each face was."""
    if not target_faces:
        raise NoFaceFound(photo=TARGET_PHOTO)
    changed = target_rgb.copy()
    for index, source in sorted(sources.items()):
        if index not in target_faces:
            raise FaceIndexError(case="target", index=index, count=len(target_faces))
        _paint(changed, target_faces[index].box, _colour(source.rgb), (options or SwapOptions()).strength)
    fits = {index: _fit(source.face, target_faces[index]) for index, source in sources.items()}
    return SwapResult(changed, tuple(target_faces.values()), tuple(sorted(sources)), fits)


def _fit(source: Face, target: Face) -> Fit:
    """A good one, unless the face to change is more than 1.75 times as wide as the face photo's."""
    coarse = float(np.ptp(target.landmarks[:, 0])) > 1.75 * float(np.ptp(source.landmarks[:, 0]))
    return Fit(2.5, False, ("face_photo_coarse",)) if coarse else Fit(4.0, True, ())


def _strong(rgb: ByteImage) -> Any:
    """Where the colour is strong, (H, W) bool."""
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    return (hsv[..., 1] > 127) & (hsv[..., 2] > 12)


def _patches(rgb: ByteImage) -> list[Box]:
    times = min(1.0, _LOOKED_AT / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=times, fy=times, interpolation=cv2.INTER_AREA)
    # What JPEG leaves of colour beside an edge is a pixel wide.
    strong = cv2.morphologyEx(_strong(small).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _count, _labels, found, _middles = cv2.connectedComponentsWithStats(strong)
    return [
        (left / times, top / times, (left + width) / times, (top + height) / times)
        for left, top, width, height, area in found[1:].tolist()
        if area > 0.5 * width * height and area >= 20
    ]


def _colour(rgb: ByteImage) -> Any:
    """The mean of what is strongly coloured, (3,)."""
    strong = rgb[_strong(rgb)]
    return strong.mean(0) if len(strong) else rgb.reshape(-1, 3).mean(0)


def _hue(colour: Any) -> float:
    red, green, blue = colour.tolist()
    return float(np.arctan2(np.sqrt(3) * (green - blue), 2 * red - green - blue))


def _face(rgb: ByteImage, box: Box, mode: Mode) -> Face:
    corner, size = np.array(box[:2]), np.subtract(box[2:], box[:2])
    landmarks: Points = corner + LANDMARKS * size
    pose = pose_of(landmarks)
    return Face(box, landmarks, 0.9, pose, quality_of(rgb, landmarks, pose), mode)


def _ring(x: float, y: float, wide: float, high: float, *degrees: float) -> Points:
    """Points on an ellipse, from its right side clockwise in the picture."""
    angles = np.radians(degrees)
    return np.column_stack([x + wide * np.cos(angles), y + high * np.sin(angles)])


def _even_face() -> Points:
    """The 68 landmarks of a face that looks straight ahead, (68, 2), as shares of its box."""
    brows = [_ring(x, 0.27, 0.13, 0.05, *range(200, 341, 35)) for x in (0.3, 0.7)]
    nose = [(0.5, 0.36 + 0.07 * step) for step in range(4)] + [(0.4 + 0.05 * step, 0.61) for step in range(5)]
    eyes = [_ring(x, 0.36, 0.08, 0.03, 180, 240, 300, 0, 60, 120) for x in (0.3, 0.7)]
    lips = _ring(0.5, 0.78, 0.16, 0.06, *range(180, 540, 30)), _ring(0.5, 0.78, 0.12, 0.01, *range(180, 540, 45))
    return np.concatenate([_ring(0.5, 0.4, 0.48, 0.58, *np.linspace(180, 0, 17)), *brows, nose, *eyes, *lips])


LANDMARKS = _even_face()


def _paint(rgb: ByteImage, box: Box, colour: Any, strength: float) -> None:
    """Change a face in place."""
    left, top = (max(0, round(side)) for side in box[:2])
    part = rgb[top : round(box[3]), left : round(box[2])]
    height, width = part.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    light = ((rows * _SQUARES // height + columns * _SQUARES // width) % 2).astype(bool)
    face = np.where(light[..., None], colour, 0.7 * colour).astype(np.uint8)
    size = width / 90
    cv2.putText(face, "FAKE", (round(0.1 * width), round(0.55 * height)), 2, size, (255, 255, 255), round(2 * size) + 1)
    oval = np.zeros((height, width), np.uint8)
    cv2.ellipse(oval, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
    mixed = strength * face + (1 - strength) * part
    part[oval > 0] = np.rint(mixed[oval > 0])


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    corners = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = float(np.prod(np.maximum(0, corners[1] - corners[0])))
    areas = [float(np.prod(np.subtract(box[2:], box[:2]))) for box in (one, other)]
    return shared / (sum(areas) - shared)


# How far hues may lie apart that are one person's: a film changes colours a little.
_SAME = 0.3


def analyse(
    clip: Clip, *, most_seconds: float, progress: Callable[[int], None], each_second: Callable[[ByteImage], None]
) -> Analysis:
    """Who is in a clip: a hue, wherever it is seen."""
    times, keys, seen, last = [], [], [], 0
    for number, read in enumerate(frames(clip)):
        rgb = read.picture.rgb()
        if number % round(clip.rate) == 0:
            each_second(rgb)
        faces = find_faces(rgb)
        seen.append(list(zip(faces, describe_faces(rgb, faces), strict=True)))
        times.append(read.time)
        keys.append(read.key)
        last = read.lasts
        progress(number + 1)
    everybody = [who for faces in seen for _face, who in faces]
    known: list[FloatImage] = []
    for who in everybody:
        if not any(_is_same(who, other) for other in known):
            known.append(who)
    people, runs = [], []
    for number, who in enumerate(known):
        places = [next((face for face, one in faces if _is_same(one, who)), None) for faces in seen]
        mine = [_run(number, first, places[first:end]) for first, end in _spans(places)]
        runs += mine
        spans = tuple((run.first, run.end) for run in mine)
        crop = np.full((32, 32, 3), 90, np.uint8)
        people.append(Seen(np.asarray(who, np.float32), crop, spans, float(sum(end - first for first, end in spans))))
    pieces = segments_of(times, keys, [], clip.time_base) if clip.is_film else ((0, len(times)),)
    described = np.asarray(everybody, np.float32).reshape(-1, 128)
    return Analysis(np.array(times), last, np.array(keys), (), pieces, tuple(people), tuple(runs), described)


def painted(
    clip: Clip,
    analysis: Analysis,
    first: int,
    end: int,
    sources: Mapping[int, SourceFace],
    options: SwapOptions,
    *,
    label: bool = False,
) -> Iterator[tuple[int, Read]]:
    """The word FAKE over everybody who gets another face."""
    for number, read in _numbered(clip, analysis, first, end - 1):
        picture = read.picture
        box = (0, 0, picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2)
        before = picture.rgb(box)
        after = before.copy()
        faces = find_faces(before)
        for face, who in zip(faces, describe_faces(before, faces), strict=True):
            for person, source in sources.items():
                if _is_same(analysis.people[person].descriptor, who):
                    _paint(after, face.box, _colour(source.rgb), options.strength)
        if label:
            after[:4] = 255
        picture.change(box, before, after)
        yield number, read


def _is_same(one: FloatImage, other: FloatImage) -> bool:
    return float(np.linalg.norm(one[:2] - other[:2])) < _SAME


def _spans(places: list[Any]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff([0, *(int(place is not None) for place in places), 0]))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _run(person: int, first: int, faces: list[Any]) -> Run:
    count = len(faces)
    landmarks = np.stack([face.landmarks for face in faces]).astype(np.float32)
    return Run(person, first, landmarks, np.ones(count, np.float32), np.zeros((1, 1, 3)), np.ones(1, np.float32))
