"""How good a face is as a source: size, sharpness, exposure and how far it looks at the camera, in words too."""

import math

import cv2
import numpy as np

from faceswap_site.lib.error_catalogue import gettext_noop as _

from .types import ByteImage, Points, Pose, Quality, eye_distance

# A face of the size that the message about missing faces asks for has about this between its eyes.
_GOOD_EYE_DISTANCE = 40.0
_CHIP = 96


def quality_of(rgb: ByteImage, landmarks: Points, pose: Pose) -> Quality:
    """Judge a face by its landmarks (68, 2) on a photo, (H, W, 3) uint8, and by its pose."""
    distance = eye_distance(landmarks)
    grey = _grey_chip(rgb, landmarks)
    size = float(np.clip(distance / _GOOD_EYE_DISTANCE, 0.05, 1))
    # Edges of a sharp 96-pixel face have a Laplacian variance of several hundred, of a blurred one a few dozen.
    sharpness = float(np.clip(cv2.Laplacian(grey, cv2.CV_32F).var() / 250, 0.05, 1))
    mean, spread = float(grey.mean()), float(grey.std())
    exposure = float(np.clip(min(mean / 60, (255 - mean) / 40, spread / 18), 0.05, 1))
    turned = max(abs(pose.yaw) / 60, abs(pose.pitch) / 60)
    frontality = float(np.clip(1.25 - turned * 1.25, 0.05, 1))
    reasons = _reasons(distance, sharpness, mean, spread, pose)
    return Quality(size * sharpness * exposure * frontality, size, sharpness, exposure, frontality, reasons)


def _grey_chip(rgb: ByteImage, landmarks: Points) -> ByteImage:
    height, width = rgb.shape[:2]
    (left, top), (right, bottom) = landmarks.min(0), landmarks.max(0)
    left, right = (int(np.clip(v, 0, width - 1)) for v in (left, right))
    top, bottom = (int(np.clip(v, 0, height - 1)) for v in (top, bottom))
    grey = cv2.cvtColor(rgb[top : bottom + 1, left : right + 1], cv2.COLOR_RGB2GRAY)
    smaller = grey.shape[0] > _CHIP
    chip = cv2.resize(grey, (_CHIP, _CHIP), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return chip


def _reasons(distance: float, sharpness: float, mean: float, spread: float, pose: Pose) -> tuple[str, ...]:
    reasons = []
    if distance < _GOOD_EYE_DISTANCE:
        # Never rounded up: 39.6 must not read as the 40 that would be enough.
        small = _("the face is small (%(n)s pixels between the eyes, better %(better)s)")
        reasons.append(small % {"n": math.floor(distance), "better": f"{_GOOD_EYE_DISTANCE:.0f}"})
    if sharpness < 0.35:
        reasons.append(_("the face is blurred"))
    if mean < 60:
        reasons.append(_("the face is dark"))
    elif mean > 215:
        reasons.append(_("the face is overexposed"))
    elif spread < 18:
        reasons.append(_("the face has little contrast"))
    if abs(pose.yaw) > 25:
        reasons.append(_("the head is turned to the side"))
    if abs(pose.pitch) > 25:
        reasons.append(_("the head is tilted up or down"))
    return tuple(reasons)
