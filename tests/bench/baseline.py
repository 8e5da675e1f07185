"""What a straightforward face swap does, as the yardstick: full-size detection, a warp a triangle, seamlessClone.

It is kept plain on purpose. It takes the first face of each photo and has no care for colour, mouth or mask.
"""

import cv2
import numpy as np

from recognition.engine.types import ByteImage, Points
from recognition.engine.weights import detector, predictor


def _points(rgb: ByteImage) -> Points:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    box = detector().run(grey, 0, 0.0)[0][0]
    return np.array([(part.x, part.y) for part in predictor()(grey, box).parts()], np.int32)


def _corners(points: Points) -> list[list[int]]:
    """Delaunay's triangles over the points, as triples of their numbers."""
    number = {(int(x), int(y)): place for place, (x, y) in reversed(list(enumerate(points)))}
    plane = cv2.Subdiv2D(cv2.boundingRect(cv2.convexHull(points)))
    for x, y in points:
        plane.insert((float(x), float(y)))
    found = []
    for ax, ay, bx, by, cx, cy in plane.getTriangleList():
        spots = [(int(ax), int(ay)), (int(bx), int(by)), (int(cx), int(cy))]
        if all(spot in number for spot in spots):
            found.append([number[spot] for spot in spots])
    return found


def _place_triangle(canvas: ByteImage, face: ByteImage, origin: Points, goal: Points) -> None:
    """Warp one triangle of the face onto the canvas, where that is still black."""
    ox, oy, ow, oh = cv2.boundingRect(origin)
    gx, gy, gw, gh = cv2.boundingRect(goal)
    corners = (origin, (ox, oy)), (goal, (gx, gy))
    matrix = cv2.getAffineTransform(*((points - corner).astype(np.float32) for points, corner in corners))
    piece = cv2.warpAffine(face[oy : oy + oh, ox : ox + ow], matrix, (gw, gh))
    shape = cv2.fillConvexPoly(np.zeros((gh, gw), np.uint8), goal - (gx, gy), 255)
    under = canvas[gy : gy + gh, gx : gx + gw]
    free = shape[: under.shape[0], : under.shape[1]] * (under.max(2) < 2)
    np.copyto(under, piece[: under.shape[0], : under.shape[1]], where=free[..., None] > 0)


def swap_face(face: ByteImage, target: ByteImage) -> ByteImage:
    """Swap the first face of one photo onto the first of another; IndexError where there is none."""
    origin, goal = _points(face), _points(target)
    canvas = np.zeros_like(target)
    for numbers in _corners(origin):
        _place_triangle(canvas, face, origin[numbers], goal[numbers])
    hull = cv2.convexHull(goal)
    head = cv2.fillConvexPoly(np.zeros(target.shape[:2], np.uint8), hull, 255)
    joined = np.where(head[..., None] > 0, canvas, target)
    x, y, width, height = cv2.boundingRect(hull)
    centre = (x + width // 2, y + height // 2)
    return cv2.seamlessClone(joined, target, head, centre, cv2.NORMAL_CLONE)
