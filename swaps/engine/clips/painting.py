"""The second pass: faces painted onto the frames of one piece of a clip.

Every frame is planned and painted by the functions that a photo is. What costs most, how light falls and what covers
a face, is looked at once in so many frames, and between two such looks it goes over from one to the other. Pieces
begin and end with a look at the same frame, so that one goes on where the other ends, whoever paints it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import PixelBox, clipped
from recognition.engine.face_mesh import FaceMesh
from recognition.engine.types import ByteImage, Points
from swaps.engine.frame import CHIP_HEIGHT, CHIP_WIDTH, frame_of
from swaps.engine.label import draw_corner, label_box
from swaps.engine.models.network_face import Enhancer, NetworkFace
from swaps.engine.options import SwapOptions
from swaps.engine.paint import paint
from swaps.engine.plan import Cadence, Fields, Look, SwapPlan, plan_swap
from swaps.engine.region_points import FACE, FaceUnusable, region_points
from swaps.engine.shape import open_share
from swaps.engine.source import SourceFace

from .analysis import Analysis
from .pictures import Picture
from .probe import Clip
from .reading import Read, frames
from .steady import Run

# Light and cover are looked at once in so many frames; and how far around a face is looked at, as a share of the chip.
_LOOK_EVERY, _AROUND = 10, 0.08
# Over how many frames to either side a mouth opens or shuts; and how much larger than its outline a face is that must
# stay as it is.
_MOUTH_FRAMES, _GROWN = 2, 1.12
# Networks take squares that reach further than the chip: half its height more to each side holds the widest of them.
_AROUND_SQUARE = 0.6

Sources = Mapping[int, SourceFace | NetworkFace]


class _Known(Cadence):
    """That of one face on one frame, of which nearly all is known before."""

    def __init__(self, mesh: FaceMesh, mouth: float, auto: bool, looked: tuple[Look, Fields] | None) -> None:
        self._mesh, self._mouth, self._auto = mesh, mouth, auto
        self.looked = looked

    def mesh(self, picture: ByteImage, landmarks: Points) -> FaceMesh:
        return self._mesh

    def seen(self, look: Callable[[], Look]) -> tuple[Look, Fields]:
        if self.looked is None:
            now = look()
            self.looked = now, now.fields
        return self.looked

    def mouth(self, share: float) -> float:
        return self._mouth if self._auto else share


class _Face:
    """A run that gets a new face by the classic engine, and then an enhancer where there is one."""

    def __init__(self, run: Run, source: SourceFace, options: SwapOptions, enhancer: Enhancer | None) -> None:
        self.run, self.source, self.options, self.enhancer = run, source, options, enhancer
        self._mouths = [open_share(points.astype(np.float64)) for points in run.landmarks]
        self._looks: dict[int, tuple[Look, Fields] | None] = {}

    def look(self, number: int, picture: Picture) -> None:
        """Keep what a frame shows, before anything of it has changed."""
        if number not in self._looks:
            box = box_around(self._points(number), picture.shape)
            cadence = self._cadence(number, box, None)
            self._plan(number, box, picture.rgb(box), cadence)
            self._looks[number] = cadence.looked

    def forget(self, before: int) -> None:
        """Drop what was seen before a frame."""
        self._looks = {number: look for number, look in self._looks.items() if number >= before}

    def paint(self, number: int, picture: Picture, first: int, last: int, others: list[Points]) -> None:
        """Change a frame between two that were looked at; the faces with these landmarks stay as they are."""
        looked = self._between(number, max(first, self.run.first), min(last, self.run.end - 1))
        if looked is None:
            return
        box = box_around(self._points(number), picture.shape)
        before = picture.rgb(box)
        after = before.copy()
        plan = self._plan(number, box, after, self._cadence(number, box, looked))
        if plan is not None:
            paint(after, plan)
            if self.enhancer:
                self.enhancer.go_over(after, self._points(number) - box[:2])
            _keep(others, box, before, after)
            picture.change(box, before, after)

    def _points(self, number: int) -> Points:
        return np.asarray(self.run.landmarks[number - self.run.first], np.float64)

    def _cadence(self, number: int, box: PixelBox, looked: tuple[Look, Fields] | None) -> _Known:
        place = number - self.run.first
        mouth = float(np.mean(self._mouths[max(0, place - _MOUTH_FRAMES) : place + _MOUTH_FRAMES + 1]))
        mesh = self.run.mesh_at(number)
        here = replace(mesh, points=mesh.points - [*box[:2], 0.0])
        return _Known(here, mouth, self.options.mouth == "auto", looked)

    def _plan(self, number: int, box: PixelBox, part: ByteImage, cadence: _Known) -> SwapPlan | None:
        shown = float(self.run.shown[number - self.run.first])
        options = replace(self.options, strength=self.options.strength * shown)
        try:
            return plan_swap(self.source, part, self._points(number) - box[:2], options, cadence)
        except FaceUnusable:
            return None

    def _between(self, number: int, first: int, last: int) -> tuple[Look, Fields] | None:
        one, other = self._looks.get(first), self._looks.get(last)
        if one is None or other is None or last == first:
            return one or other
        share = (number - first) / (last - first)
        pairs = [(getattr(one[1], name), getattr(other[1], name)) for name in ("face", "photo", "offset")]
        mixed = Fields(*(cv2.addWeighted(a, 1 - share, b, share, 0) for a, b in pairs))
        return (one if share < 0.5 else other)[0], mixed


class _NetworkFace:
    """A run that gets a new face by an operator's network, frame by frame: such a network knows no looks."""

    def __init__(self, run: Run, source: NetworkFace, options: SwapOptions, enhancer: Enhancer | None) -> None:
        self.run, self.source, self.options, self.enhancer = run, source, options, enhancer

    def look(self, number: int, picture: Picture) -> None: ...

    def forget(self, before: int) -> None: ...

    def paint(self, number: int, picture: Picture, first: int, last: int, others: list[Points]) -> None:
        """Change a frame; the faces with these landmarks stay as they are."""
        place = number - self.run.first
        points = np.asarray(self.run.landmarks[place], np.float64)
        box = box_around(points, picture.shape, room=_AROUND_SQUARE)
        before = picture.rgb(box)
        after = before.copy()
        here = points - box[:2]
        options = replace(self.options, strength=self.options.strength * float(self.run.shown[place]))
        try:
            self.source.put_onto(after, here, options)
        except FaceUnusable:
            return
        if self.enhancer and options.strength:
            self.enhancer.go_over(after, here)
        _keep(others, box, before, after)
        picture.change(box, before, after)


def _keep(others: list[Points], box: PixelBox, before: ByteImage, after: ByteImage) -> None:
    """Put the faces with these landmarks back into a part of a picture that was changed."""
    for points in others:
        kept = _covered(points - box[:2], after.shape)
        after[kept] = before[kept]


def box_around(points: Points, shape: tuple[int, int], *, room: float = _AROUND) -> PixelBox:
    """The part of a picture that a swap of the face with these landmarks, (68, 2), looks at.

    `room` around the chip is a share of its height.
    """
    try:
        frame = frame_of(region_points(points))
    except FaceUnusable:
        return 0, 0, 2, 2
    corners = np.array([(0, 0), (CHIP_WIDTH, 0), (0, CHIP_HEIGHT), (CHIP_WIDTH, CHIP_HEIGHT)], float)
    inverse = cv2.invertAffineTransform(frame.matrix)
    placed = corners @ inverse[:, :2].T + inverse[:, 2]
    margin = room * CHIP_HEIGHT / frame.scale
    left, top, right, bottom = clipped((*placed.min(0), *placed.max(0)), shape, margin=margin)
    left, top = min(left, shape[1] - 2), min(top, shape[0] - 2)
    return left - left % 2, top - top % 2, max(right, left + 2), max(bottom, top + 2)


def painted(
    clip: Clip,
    analysis: Analysis,
    first: int,
    end: int,
    sources: Sources,
    options: SwapOptions,
    *,
    enhancer: Enhancer | None = None,
    label: bool = False,
) -> Iterator[tuple[int, Read]]:
    """Read the frames of a piece and paint them.

    Parameters
    ----------
    clip : Clip
    analysis : Analysis
        Of that clip.
    first, end : int
        The numbers of the piece's first frame and of the one after its last.
    sources : mapping of int to SourceFace or NetworkFace
        By the number of each person who gets another face.
    options : SwapOptions
        Detail is left as it is.
    enhancer : Enhancer, optional
        What goes over each face that changed.
    label : bool
        Whether each frame says that it was made with AI.
    """
    options = replace(options, match_detail=False)
    faces = [
        _face_of(run, sources[run.person], options, enhancer)
        for run in analysis.runs
        if run.person in sources and run.first < end and run.end > first
    ]
    others = [run for run in analysis.runs if run.person not in sources]
    # A look at the frame after the last, unless another shot begins with it.
    beyond = end if end < len(analysis.times) and end not in analysis.cuts else end - 1
    held: list[tuple[int, Read]] = []
    for number, read in _numbered(clip, analysis, first, beyond):
        held.append((number, read))
        if len(held) > 1 and (number % _LOOK_EVERY == 0 or number == beyond):
            yield from _finished(held[:-1], held, faces, others, label)
            held = held[-1:]
    yield from _finished([each for each in held if each[0] < end], held, faces, others, label)


def _face_of(
    run: Run, source: SourceFace | NetworkFace, options: SwapOptions, enhancer: Enhancer | None
) -> _Face | _NetworkFace:
    if isinstance(source, NetworkFace):
        return _NetworkFace(run, source, options, enhancer)
    return _Face(run, source, options, enhancer)


def _numbered(clip: Clip, analysis: Analysis, first: int, last: int) -> Iterator[tuple[int, Read]]:
    keys = np.flatnonzero(analysis.keys[: first + 1])
    key = int(analysis.times[keys[-1]]) if len(keys) else None
    number = first
    for read in frames(clip, int(analysis.times[first]), key=key if first else None):
        if read.time != analysis.times[number]:
            continue
        yield number, read
        number += 1
        if number > last:
            return


def _finished(
    ready: list[tuple[int, Read]],
    held: list[tuple[int, Read]],
    faces: Sequence[_Face | _NetworkFace],
    others: list[Run],
    label: bool,
) -> Iterator[tuple[int, Read]]:
    """Paint the frames that are ready, by looks at the first and the last of those that are held."""
    if not ready:
        return
    first, last = held[0][0], held[-1][0]
    pictures = {number: read.picture for number, read in held}
    here = [face for face in faces if face.run.first <= last and face.run.end > first]
    for face in here:
        face.forget(first)
        for number in sorted({max(first, face.run.first), min(last, face.run.end - 1)}):
            face.look(number, pictures[number])
    for number, read in ready:
        kept = [run.landmarks[number - run.first] for run in others if run.first <= number < run.end]
        for face in here:
            if face.run.first <= number < face.run.end:
                face.paint(number, read.picture, first, last, kept)
        if label:
            _label(read.picture)
        yield number, read


def _covered(points: Points, shape: tuple[int, ...]) -> np.ndarray:
    """Where on a part of a picture a face lies, generously, (h, w) bool."""
    outline = region_points(points.astype(np.float64))[FACE]
    middle = outline.mean(0)
    hull = cv2.convexHull(np.rint(middle + _GROWN * (outline - middle)).astype(np.int32))
    # Colour is shared by squares of two pixels.
    mask = cv2.dilate(cv2.fillConvexPoly(np.zeros(shape[:2], np.uint8), hull, 1), np.ones((5, 5), np.uint8))
    return mask > 0


def _label(picture: Picture) -> None:
    box = label_box(picture.shape)
    before = picture.rgb(box)
    after = before.copy()
    draw_corner(after, picture.shape)
    picture.change(box, before, after)
