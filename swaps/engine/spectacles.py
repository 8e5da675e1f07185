"""Spectacles on a face: found as thin lines where they lie on the mesh, and taken off by painting skin over them."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import PixelBox, clipped, coarser, sampled, shrunk
from recognition.engine import mesh468 as named
from recognition.engine.mesh468_shape import FRONT
from recognition.engine.types import ByteImage, FloatImage, Pixels, Points

# The chip that they are looked for on: the distance between the eyes' outer corners, its shape, and where the middle
# between the corners lies, in pixels.
_SPAN, _SHAPE, _MIDDLE = 72, (104, 176), (88.0, 44.0)
_FLOOR = 12.0
# A line is no wider than this, in pixels, and counts as no darker than that, as a logarithm.
_LINE, _DARKEST = 9, 0.25
# How dark a line over the bridge of the nose has to be nearly all along; how dark the lower rims on average, and nearly
# all along; and how dark bridge and rims together.
_BRIDGE, _RIM, _ALL_ALONG, _TOGETHER = 0.07, 0.1, 0.03, 0.21
# Rims that are tried, in distances of the eyes' outer corners: by how much their middle lies outwards and down from the
# eye's, half their width and half their height, and the exponent of the superellipse.
_OUT, _DOWN = (-0.02, 0.03, 0.08), (-0.02, 0.03, 0.08)
_WIDTHS, _HEIGHTS, _ROUNDNESS = (0.23, 0.27, 0.31, 0.36), (0.16, 0.20, 0.24, 0.29, 0.34), (2.0, 3.5)
_ANGLES = np.linspace(0, 2 * np.pi, 72, endpoint=False)
_LOWER = np.sin(_ANGLES) > 0.2
# Lenses lie before the root of the nose and bend back towards the temples.
_BEFORE, _BENT = 0.02, 0.2
# Of how strong the rims are, what pixels near them must have to belong to them; and how near that is.
_OF_THE_RIM, _NEAR = 0.3, 0.14
# What beside a frame is so many times as bright as the cheeks is its glint.
_GLINT = 1.6


@dataclass(frozen=True, eq=False)
class Spectacles:
    """Spectacles that were found.

    Attributes
    ----------
    frame : (h, w) uint8
        1 where rims, bridge and temples lie, and their glints, on a chip around the eyes.
    to_chip : (2, 3) float64
        From pixels of the photo to those of the chip.
    """

    frame: ByteImage
    to_chip: Points

    def shown_on(self, shape: tuple[int, ...], origin: tuple[int, int] = (0, 0)) -> FloatImage:
        """The frame on a part of the photo, (h, w) float32, 0 to 1, whose first pixel lies at x and y."""
        shift = self.to_chip[:, 2] + self.to_chip[:, :2] @ np.array(origin, float)
        placed = np.column_stack([self.to_chip[:, :2], shift])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(self.frame.astype(np.float32), placed, shape[1::-1], flags=flags)
        return np.asarray(shown, np.float32)


def spectacles_on(rgb: ByteImage, mesh: Points) -> Spectacles | None:
    """Look for spectacles on a face whose mesh, (468, 3), lies in a photo, (H, W, 3) uint8.

    A dark line over the bridge of the nose makes one look for rims below both eyes; a frown has the first without the
    second, bags under the eyes have the second without the first. Not found: frames without lower rims, those of a
    face whose eyes' outer corners lie less than 20 pixels apart, and dark lenses.
    """
    chip, to_chip = _chip_of(rgb, mesh)
    on_chip = np.column_stack([mesh[:, :2] @ to_chip[:, :2].T + to_chip[:, 2], mesh[:, 2] * np.hypot(*to_chip[0, :2])])
    lines = _dark_lines(chip)
    camera = _camera_of(on_chip)
    across, crossing = _bridge(lines, camera)
    if crossing < _BRIDGE:
        return None
    features = _hulls(on_chip, (named.LEFT_EYE, named.RIGHT_EYE), 0.04) | _hulls(
        on_chip, (named.LEFT_BROW, named.RIGHT_BROW), 0.014
    )
    rims, strength, least = _rims(lines, camera, features)
    if strength < _RIM or least < _ALL_ALONG or crossing + strength < _TOGETHER:
        return None
    eyes = _hulls(on_chip, (named.LEFT_EYE, named.RIGHT_EYE), 0.02)
    near = _drawn([*rims, across], _NEAR) | (_drawn(_temples(rims), 1.5 * _NEAR) & ~features)
    dark = (near & (lines > _OF_THE_RIM * strength) & ~eyes).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    beside = cv2.dilate(closed, np.ones((7, 7), np.uint8)) > 0
    frame = (closed > 0) | (beside & _glints(chip, on_chip) & ~eyes)
    return Spectacles(cv2.dilate(frame.astype(np.uint8), np.ones((3, 3), np.uint8)), to_chip)


def taken_off(rgb: ByteImage, spectacles: Spectacles) -> ByteImage:
    """A copy with skin where the frame was (A. Telea, "An Image Inpainting Technique Based on the Fast Marching
    Method", Journal of Graphics Tools 9(1), 2004)."""
    scale = min(1.0, float(np.hypot(*spectacles.to_chip[0, :2])) * 2)
    changed = rgb.copy()
    left, top, right, bottom = _around(spectacles.to_chip, rgb.shape)
    part = changed[top:bottom, left:right]
    frame = spectacles.shown_on(part.shape, (left, top))
    small = shrunk(part, scale)
    hidden = (cv2.resize(frame, small.shape[1::-1], interpolation=cv2.INTER_AREA) > 0.2).astype(np.uint8)
    filled = cv2.resize(
        cv2.inpaint(small, hidden, 4, cv2.INPAINT_TELEA), part.shape[1::-1], interpolation=cv2.INTER_CUBIC
    )
    soft = np.clip(cv2.GaussianBlur(frame, (0, 0), 0.8 / max(scale, 1e-6)) * 2, 0, 1)[..., None]
    part[:] = np.rint(part + soft * (filled.astype(np.float32) - part))
    return changed


def _chip_of(rgb: ByteImage, mesh: Points) -> tuple[ByteImage, Points]:
    """An upright chip around the eyes, and how it lies in the photo, (2, 3)."""
    first, last = mesh[named.LEFT_EYE_OUTER], mesh[named.RIGHT_EYE_OUTER]
    along = (last - first)[:2] / max(float(np.linalg.norm((last - first)[:2])), 1e-9)
    scale = _SPAN / max(float(np.linalg.norm(last - first)), 1.0)
    turn = scale * np.array([along, (-along[1], along[0])])
    to_chip = np.column_stack([turn, np.array(_MIDDLE) - turn @ (first + last)[:2] / 2])
    left, top, right, bottom = _around(to_chip, rgb.shape)
    step = max(1, int(1 / scale))
    part = coarser(rgb[top:bottom, left:right], step)
    # Pixel centres lie at whole numbers, so a shrunk picture is shifted by half the difference.
    shift = to_chip[:, 2] + turn @ (np.array([left, top]) + (step - 1) / 2)
    placed = np.column_stack([turn * step, shift])
    chip = cv2.warpAffine(part, placed, _SHAPE[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return chip, to_chip


def _around(to_chip: Points, shape: tuple[int, ...]) -> PixelBox:
    """The part of a photo of this shape that the chip shows."""
    back = cv2.invertAffineTransform(to_chip)
    height, width = _SHAPE
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) @ back[:, :2].T + back[:, 2]
    return clipped((*corners.min(0), *corners.max(0)), shape, margin=2)


def _dark_lines(chip: ByteImage) -> FloatImage:
    """How much darker each pixel is than both sides of a line that it lies on, (h, w)."""
    log = cv2.log(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY).astype(np.float32) + np.float32(_FLOOR))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_LINE, _LINE))
    darker = cv2.morphologyEx(cv2.GaussianBlur(log, (5, 5), 0.7), cv2.MORPH_BLACKHAT, kernel)
    return np.asarray(np.minimum(darker, np.float32(_DARKEST)))


def _glints(chip: ByteImage, mesh: Points) -> Pixels:
    """What is much brighter than the cheeks, in the darkest of its colours too: no skin."""
    white = chip.min(axis=2)
    cheeks = white[_hulls(mesh, (named.LEFT_CHEEK, named.RIGHT_CHEEK), 0)]
    return np.asarray(white > _GLINT * (np.median(cheeks) if len(cheeks) else 255))


def _camera_of(mesh: Points) -> Points:
    """What carries the mean face, in distances of its eyes' outer corners from the middle between them, to a mesh."""
    model = _model()[named.RIGID]
    return np.asarray(
        np.linalg.lstsq(np.column_stack([model, np.ones(len(model))]), mesh[named.RIGID, :2], rcond=None)[0]
    )


def _seen_by(camera: Points, points: Points) -> Points:
    return np.asarray(points @ camera[:3] + camera[3])


@cache
def _model() -> Points:
    first, last = FRONT[named.LEFT_EYE_OUTER], FRONT[named.RIGHT_EYE_OUTER]
    return np.asarray((FRONT - (first + last) / 2) / np.linalg.norm(last - first))


@cache
def _bridges() -> Points:
    """Places across the bridge of the nose and along it, (m, n, 3)."""
    ridge = _model()[[168, 6, 197, 195]]
    across, along = np.meshgrid(np.arange(-0.12, 0.121, 1 / _SPAN), np.arange(-0.10, 0.26, 1 / _SPAN), indexing="ij")
    return np.stack([across, along, np.interp(along, ridge[:, 1], ridge[:, 2]) - 0.01], axis=-1)


@cache
def _all_rims() -> Points:
    """Rims to try, (k, 2, angles, 3): of the left and the right eye."""
    model = _model()
    eye = (model[named.RIGHT_EYE_INNER] + model[named.RIGHT_EYE_OUTER]) / 2
    cosine, sine = np.cos(_ANGLES), np.sin(_ANGLES)
    outlines = []
    for out, down, width, height, power in (
        (out, down, width, height, power)
        for out in _OUT
        for down in _DOWN
        for width in _WIDTHS
        for height in _HEIGHTS
        for power in _ROUNDNESS
        if eye[0] + out - width > 0.03
    ):
        radius = (np.abs(cosine) ** power + np.abs(sine) ** power) ** (-1 / power)
        outlines.append(np.stack([eye[0] + out + width * radius * cosine, eye[1] + down + height * radius * sine], 1))
    flat = np.array(outlines)
    depth = model[[168, 6], 2].mean() - _BEFORE + _BENT * np.maximum(flat[..., 0] - 0.1, 0)
    right = np.concatenate([flat, depth[..., None]], axis=-1)
    return np.stack([right * (-1, 1, 1), right], axis=1)


def _bridge(lines: FloatImage, camera: Points) -> tuple[Points, float]:
    """The darkest line over the bridge of the nose, (m, 2), and what three quarters of it reach."""
    places = _seen_by(camera, _bridges()).astype(np.float32)
    shown = sampled(lines, places)
    path = _strongest_path(shown)
    rows = np.arange(len(path))
    return np.asarray(places[rows, path], np.float64), float(np.percentile(shown[rows, path], 25))


def _strongest_path(field: FloatImage) -> Points:
    """The column for each row of the path that sums up to most and moves by a column a row at most."""
    total, steps, choices = field[0], [], np.full((3, field.shape[1]), -np.inf, np.float32)
    for row in field[1:]:
        choices[0, 1:], choices[1], choices[2, :-1] = total[:-1], total, total[1:]
        steps.append(choices.argmax(0))
        total = choices.max(0) + row
    path = [int(total.argmax())]
    for step in reversed(steps):
        path.append(path[-1] + int(step[path[-1]]) - 1)
    return np.array(path[::-1])


def _rims(lines: FloatImage, camera: Points, features: Pixels) -> tuple[Points, float, float]:
    """The pair of rims, (2, angles, 2), whose lower halves lie on the darkest lines.

    And how dark the weaker one's is on average, and at three quarters of it at least.
    """
    plain = (~features).astype(np.float32)
    spread = cv2.dilate(lines, np.ones((3, 3), np.uint8)) * plain
    places = _seen_by(camera, _all_rims()).astype(np.float32)
    lower = places[:, :, _LOWER].reshape(-1, int(_LOWER.sum()), 2)
    dark, counts = (sampled(field, lower).sum(1).reshape(-1, 2) for field in (spread, plain))
    score = dark / np.maximum(counts, 12)
    best = int((score.min(1) + 0.3 * score.max(1)).argmax())
    least = min(float(np.percentile(rim, 25)) for rim in sampled(spread, places[best][:, _LOWER]))
    return np.asarray(places[best], np.float64), float(score[best].min()), least


def _temples(rims: Points) -> list[Points]:
    """From each rim's outer end outwards, as far as the chip goes."""
    middle = rims.mean((0, 1))
    return [np.stack([rim[0], rim[0] + (rim[0] - middle) * 0.8]) for rim in rims]


def _drawn(paths: list[Points], spans: float) -> Pixels:
    drawn = np.zeros(_SHAPE, np.uint8)
    for path in paths:
        closed = len(path) == len(_ANGLES)
        cv2.polylines(drawn, [np.round(path).astype(np.int32)], closed, 1, round(spans * _SPAN))
    return drawn > 0


def _hulls(mesh: Points, parts: tuple[Points, ...], margin: float) -> Pixels:
    drawn = np.zeros(_SHAPE, np.uint8)
    for part in parts:
        cv2.fillConvexPoly(drawn, cv2.convexHull(np.round(mesh[part, :2]).astype(np.int32)), 1)
    side = 2 * round(margin * _SPAN) + 1
    return cv2.dilate(drawn, np.ones((side, side), np.uint8)) > 0
