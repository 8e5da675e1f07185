"""One prepared face onto one face of a photo."""

from recognition.engine.types import ByteImage, Face, Points

from .fit import fit_of
from .options import SwapOptions
from .paint import paint
from .plan import SwapPlan, plan_swap
from .source import SourceFace


def swap_prepared(
    source: SourceFace, target_rgb: ByteImage, target_face: Face, options: SwapOptions | None = None
) -> ByteImage:
    """Put a prepared face onto a found face of a photo, (H, W, 3) uint8: a new array, in which the rest is as it was.

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    result = target_rgb.copy()
    swap_into(result, source, target_face.landmarks, options)
    return result


def swap_into(
    picture: ByteImage, source: SourceFace, landmarks: Points, options: SwapOptions | None = None
) -> SwapPlan:
    """Change one face of a picture in place, given its 68 landmarks; a strength of 0 changes nothing.

    Of several photos of a person the one whose swap is told to look most real gives the skin.

    Returns
    -------
    SwapPlan
        By which it was changed: `fit_of` tells how well it goes.

    Raises
    ------
    FaceUnusable
        For landmarks that make no face.
    """
    chosen = options or SwapOptions()
    plan = plan_swap(source, picture, landmarks, chosen)
    if source.others:
        plans = [plan, *(plan_swap(other, picture, landmarks, chosen) for other in source.others)]
        plan = max(plans, key=lambda each: fit_of(each).realism)
    if chosen.strength > 0:
        paint(picture, plan)
    return plan
