"""A plan carried out on the photo at its full size, strip by strip, so that memory stays bounded."""

import cv2
import numpy as np

from faceswap_site.lib.crop_and_resize import sampled
from recognition.engine.types import ByteImage, FloatImage

from .detail import DetailMatch, match_detail
from .light import wide
from .plan import Fields, Fine, Region, SwapPlan
from .warp import bent

_STRIP_PIXELS = 2_000_000
# A patch of this side is enough to compare detail, however large the face is.
_PATCH = 120
# Rows that a strip is drawn larger by on each side, so that blurring sees no seam.
_MARGIN = 8


def paint(picture: ByteImage, plan: SwapPlan) -> None:
    """Change the picture, (H, W, 3) uint8, that a plan was made for, in place."""
    left, top, right, bottom = plan.region
    if right <= left or bottom <= top:
        return
    fields, blur = plan.fields, 0.0
    if plan.fine is not None:
        match = _compare_detail(picture, plan, plan.fine)
        fields, blur = _with_detail(fields, plan.fine, match), match.blur
    rows = max(32, _STRIP_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        _paint_strip(picture, plan, fields, blur, (left, start, right, min(start + rows, bottom)))


def _paint_strip(picture: ByteImage, plan: SwapPlan, fields: Fields, blur: float, strip: Region) -> None:
    left, top, right, bottom = strip
    part = picture[top:bottom, left:right]
    kept, offset = plan.frame.enlarge(fields.photo, strip), plan.frame.enlarge(fields.offset, strip)
    face = cv2.multiply(_sampled(plan, strip, blur), plan.frame.enlarge(fields.face, strip), dtype=cv2.CV_32F)
    cv2.add(face, offset, dst=face)
    part[:] = cv2.add(face, cv2.multiply(part, wide(kept), dtype=cv2.CV_32F), dtype=cv2.CV_8U)


def _sampled(plan: SwapPlan, region: Region, blur: float) -> ByteImage:
    """The face photo over a region of the photo, (h, w, 3) uint8."""
    left, top, right, bottom = region
    margin = _MARGIN if blur else 0
    face = sampled(plan.source, bent(plan.frame, plan.base, plan.bend, (left, top - margin, right, bottom + margin)))
    return cv2.GaussianBlur(face, (0, 0), blur)[margin:-margin] if blur else face


def _with_detail(fields: Fields, fine: Fine, match: DetailMatch) -> Fields:
    """The same fields on the chip, but with other shares of what is finer."""
    own = 1 - (1 - max(match.own, 1e-3)) * fine.skin
    of_photo = max(match.photo, fine.texture) * fine.skin
    own = own * (1 - fine.texture * fine.skin)
    face = fields.face * wide(own)
    offset = fields.offset + (fields.face - face) * fine.warped - wide(of_photo) * fine.chip
    return Fields(face, fields.photo + of_photo, offset)


def _compare_detail(picture: ByteImage, plan: SwapPlan, fine: Fine) -> DetailMatch:
    left, top, right, bottom = plan.region
    x, y = (left + right) // 2, (top + bottom) // 2
    half = _PATCH // 2
    patch = (max(left, x - half), max(top, y - half), min(right, x + half), min(bottom, y + half))
    enlarge = plan.frame.enlarge
    gain, face = enlarge(plan.fields.face, patch), _sampled(plan, patch, 0).astype(np.float32)
    target = picture[patch[1] : patch[3], patch[0] : patch[2]]
    kept = enlarge(plan.fields.photo, patch)[..., None]
    new = np.clip(face * gain + enlarge(plan.fields.offset, patch) + kept * target, 0, 255).astype(np.uint8)
    beyond: list[FloatImage] = [
        np.asarray(target - enlarge(fine.chip.astype(np.float32), patch)),
        np.asarray(gain * (face - enlarge(fine.warped.astype(np.float32), patch))),
    ]
    return match_detail(np.ascontiguousarray(target), new, (beyond[0], beyond[1]), enlarge(fine.skin, patch))
