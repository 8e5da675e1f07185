"""A plan carried out on the photo at its full size, strip by strip, so that memory stays bounded."""

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import sampled
from recognition.engine.types import ByteImage, FloatImage

from .detail import DetailMatch, add_grain, match_detail
from .plan import Region, SwapPlan
from .warp import bent

_STRIP_PIXELS = 2_000_000
# A patch of this side is enough to compare detail, however large the face is.
_PATCH = 120
# Rows that a strip is drawn larger by on each side, so that blurring sees no seam.
_MARGIN = 8
_LEAST_WEIGHT = 0.004


def paint(picture: ByteImage, plan: SwapPlan) -> None:
    """Change the picture, (H, W, 3) uint8, that a plan was made for, in place."""
    left, top, right, bottom = plan.region
    if right <= left or bottom <= top:
        return
    match = DetailMatch() if plan.skin is None else _compare_detail(picture, plan, plan.skin)
    rows = max(32, _STRIP_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        _paint_strip(picture, plan, (left, start, right, min(start + rows, bottom)), match)


def _paint_strip(picture: ByteImage, plan: SwapPlan, strip: Region, match: DetailMatch) -> None:
    left, top, right, bottom = strip
    weight = plan.frame.enlarge(plan.mask, strip)
    part = picture[top:bottom, left:right]
    new = _new_face(plan, strip, match)
    cv2.blendLinear(new, part, weight, 1 - weight, dst=new)
    shown = weight > _LEAST_WEIGHT
    if plan.correction is not None:
        added = plan.frame.enlarge(plan.correction, strip)
        shown |= np.abs(added).max(2) > 0.5
        new = _bytes(new + added)
    cv2.copyTo(new, shown.astype(np.uint8), part)


def _new_face(plan: SwapPlan, region: Region, match: DetailMatch) -> ByteImage:
    """The new face over a region of the photo, in the photo's colours, (h, w, 3) uint8."""
    left, top, right, bottom = region
    margin = _MARGIN if match.blur else 0
    wide = (left, top - margin, right, bottom + margin)
    where = bent(plan.frame, plan.base, plan.bend, wide)
    face = sampled(plan.source, where)
    if match.blur:
        face = cv2.GaussianBlur(face, (0, 0), match.blur)[margin:-margin]
    pixels = cv2.multiply(face, plan.frame.enlarge(plan.colour.gain, region), dtype=cv2.CV_32F)
    offset = plan.frame.enlarge(plan.colour.offset, region)
    if any(match.grain):
        add_grain(offset, match.grain, left, top)
    return cv2.add(pixels, offset, dtype=cv2.CV_8U)


def _bytes(pixels: FloatImage) -> ByteImage:
    return cv2.convertScaleAbs(np.maximum(pixels, 0))


def _compare_detail(picture: ByteImage, plan: SwapPlan, skin: FloatImage) -> DetailMatch:
    left, top, right, bottom = plan.region
    x, y = (left + right) // 2, (top + bottom) // 2
    half = _PATCH // 2
    patch = (max(left, x - half), max(top, y - half), min(right, x + half), min(bottom, y + half))
    face = _new_face(plan, patch, DetailMatch())
    target = picture[patch[1] : patch[3], patch[0] : patch[2]]
    return match_detail(np.ascontiguousarray(target), face, plan.frame.enlarge(skin, patch))
