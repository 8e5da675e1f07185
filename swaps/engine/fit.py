"""How well a face goes onto a photo, told by what a swap's plan has seen: a number, a verdict, and what won't go well.

The number is a line through what blind judges said of 28 swaps of ten people; docs/engine.md tells how well it holds.
"""

import math
from dataclasses import dataclass

import numpy as np

from recognition.engine.face_mesh import HALF_HIDDEN, NO_FACE, FaceMesh
from recognition.engine.types import ByteImage, FloatImage, Points, eye_distance

from .cover import Scene, bare_skin
from .light import Lit
from .new_face import roughness
from .options import SwapOptions
from .plan import Look, SwapPlan, plan_swap
from .presets import BY_NAME
from .regions import Regions
from .shape import gap_difference
from .source import SourceFace

# What a swap is rated of which nothing is to be said, and from which on one is worth making.
_BEST, _GOOD = 3.8, 2.85
# From this length of its longer side on, in pixels, the mesh's presence tells of a face whether it is hidden.
_LARGE = 60.0


@dataclass(frozen=True)
class Doubt:
    """From which value on something lowers the realism, at which it does so fully, and by how much it does then."""

    starts: float
    full: float
    costs: float

    def share(self, value: float) -> float:
        return float(np.clip((value - self.starts) / (self.full - self.starts), 0, 1))


DOUBTS = {
    # By hand: the rated swaps know none of these, or but one person.
    "half_hidden": Doubt(-HALF_HIDDEN - 5, -HALF_HIDDEN + 5, 1.0),
    "face_photo_hidden": Doubt(-HALF_HIDDEN - 5, -HALF_HIDDEN + 5, 1.0),
    "turned_away": Doubt(35, 55, 0.8),
    "turned_apart": Doubt(25, 45, 0.8),
    "face_photo_blurred": Doubt(-0.55, -0.15, 0.5),
    "blown_out": Doubt(0.05, 0.35, 0.3),
    "beard": Doubt(0, 1, 0.1),
    "face_photo_spectacles": Doubt(0, 1, 0.3),
    # Fitted.
    "face_photo_coarse": Doubt(-1, 2, 0.55),
    "mouths_differ": Doubt(1, 4, 0.35),
    "forehead_covered": Doubt(0.1, 0.8, 0.5),
    "skin_texture_unlike": Doubt(0.1, 1.1, 0.6),
    "skin_unlike": Doubt(0.1, 0.7, 0.5),
    "light_unlike": Doubt(0.05, 0.3, 0.4),
    "brows_unlike": Doubt(0.05, 0.4, 0.35),
}

REASONS: tuple[str, ...] = tuple(DOUBTS)


@dataclass(frozen=True)
class Fit:
    """What is to be expected of a swap.

    Attributes
    ----------
    realism : float
        How real somebody will find the result who doesn't know which photos were changed, 1 (a fake) to 5 (a photo).
    good : bool
        Whether it is likely to be among the better ones.
    reasons : tuple of str
        What won't go well, in the order of `REASONS`; docs/engine.md says what each means.
    """

    realism: float
    good: bool
    reasons: tuple[str, ...]


def fit(source: SourceFace, picture: ByteImage, landmarks: Points, options: SwapOptions | None = None) -> Fit:
    """Say before a swap how well it will go: `fit_of` a plan that is made for it.

    Parameters
    ----------
    source : SourceFace
    picture : (H, W, 3) uint8
    landmarks : (68, 2) float64
        Of the face to change.
    options : SwapOptions, optional

    Returns
    -------
    Fit

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    return fit_of(plan_swap(source, picture, landmarks, options or SwapOptions()))


def fit_of(plan: SwapPlan) -> Fit:
    """Say of a plan how well the swap goes, carried out or not."""
    measured = measure(plan.look)
    shares = {code: doubt.share(measured[code]) for code, doubt in DOUBTS.items()}
    lost = sum(doubt.costs * shares[code] for code, doubt in DOUBTS.items())
    realism = float(np.clip(_BEST - lost, 1, 5))
    return Fit(realism, realism >= _GOOD, tuple(code for code, share in shares.items() if share >= 0.5))


def measure(look: Look) -> dict[str, float]:
    """What the verdict is made of, by the codes of `REASONS`, each in a unit of its own: more is worse."""
    scene, landmarks, face_photo = look.scene, look.landmarks, look.source_face
    regions, old = scene.regions, scene.old
    ours, theirs = look.place.source, look.place.target
    shown = scene.photo.rgb[regions.face > 0.5]
    inner_light = _inner_light(scene.coarser)
    return {
        # Presences, upside down.
        "half_hidden": _hidden(theirs, landmarks),
        "face_photo_hidden": _hidden(ours, face_photo.landmarks),
        # Degrees.
        "turned_away": abs(theirs.yaw) if theirs else 0.0,
        "turned_apart": math.hypot(ours.yaw - theirs.yaw, ours.pitch - theirs.pitch) if ours and theirs else 0.0,
        # `Quality.sharpness`, upside down.
        "face_photo_blurred": -face_photo.quality.sharpness,
        # Shares of the face.
        "blown_out": float((shown.max(1) >= 250).mean()),
        "beard": abs(scene.beards[0] - scene.beards[1]),
        # Whether there are any.
        "face_photo_spectacles": float(look.spectacles_off),
        # How many times the face would have to be doubled in size.
        "face_photo_coarse": math.log2(eye_distance(landmarks) / max(face_photo.eye_distance, 1e-6)),
        "mouths_differ": gap_difference(landmarks, face_photo.landmarks),
        "forehead_covered": _forehead_covered(scene.coarser) if look.options.forehead else 0.0,
        # Logarithms of brightness, and of the strength of detail.
        "skin_texture_unlike": _texture_difference(scene, look.face.plain),
        "skin_unlike": _skin_difference(inner_light),
        "light_unlike": _light_difference(inner_light),
        "brows_unlike": abs(_brow_darkness(scene.photo, old) - _brow_darkness(scene.source, regions)),
    }


def _hidden(mesh: FaceMesh | None, landmarks: Points) -> float:
    """A mesh's presence, upside down; of a small face, whose presence tells little, that of a whole one."""
    if float(np.ptp(landmarks, axis=0).max()) < _LARGE:
        return -math.inf
    return -NO_FACE if mesh is None else -mesh.presence


def _forehead_covered(scene: Scene) -> float:
    """The share of the forehead that one of the two photos has under hair or a hat."""
    forehead = scene.regions.forehead * scene.regions.face
    return 1 - float((bare_skin(scene, BY_NAME["natural"]) * forehead).sum()) / max(float(forehead.sum()), 1.0)


def _texture_difference(scene: Scene, plain: FloatImage) -> float:
    """How many times rougher one skin is than the other, as a logarithm: pores and lines, an age or a blur."""
    photo, source = (roughness(of, scene.regions, plain) for of in (scene.photo, scene.source))
    return float(np.abs(np.log(photo / source)).mean()) if photo.all() else 0.0


def _inner_light(scene: Scene) -> FloatImage:
    """By how much the face photo's light is brighter than the photo's, (n, 3), all over the face but its rim."""
    inside = scene.regions.grown(scene.regions.face, -0.12) > 0.5
    return np.asarray((scene.source.low - scene.photo.low)[inside])


def _skin_difference(inner_light: FloatImage) -> float:
    """How far apart the two skins lie in brightness and colour."""
    apart = inner_light.mean(0)
    return math.hypot(float(apart.mean()), float(np.linalg.norm(apart - apart.mean())))


def _light_difference(inner_light: FloatImage) -> float:
    """How differently the light falls: the standard deviation of what one has to be multiplied by to give the other."""
    return float(inner_light.mean(1).std())


def _brow_darkness(of: Lit, regions: Regions) -> float:
    """How much darker brows are than the skin around them."""
    inside = regions.brows > 0.5
    return -float(of.lightness[inside].mean()) if inside.any() else 0.0
