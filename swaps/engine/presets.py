"""Likeness is how much of a face comes along, realism is what stays the photo's: three measured balances of the two."""

from dataclasses import dataclass
from typing import Literal, get_args

PresetName = Literal["natural", "balanced", "likeness"]
PRESETS: tuple[str, ...] = get_args(PresetName)


@dataclass(frozen=True)
class Preset:
    """What stays the photo's, each 0 to 1 unless it says otherwise.

    Attributes
    ----------
    folds : float
        How much of the photo's own folds stay around a mouth whose expression is not the face photo's.
    lips : float
        How much of its lips stay there.
    beard : float
        How much of the lower face stays where one of the two wears a beard.
    texture : float
        How much of the skin's fine detail, pores and wrinkles, is the photo's own.
    hue : float
        How much of the face photo's spots and flushes stays away.
    calm : float
        How far detail that is rougher than the photo's is drawn down to it.
    mirrored : float
        How much of the face photo's one-sided shade is taken away.
    source_skin, photo_skin : float, from 1
        How unlike skin something may be that still counts as the face photo's, and as the photo's.
    rim : float
        Over how much of the outline the new face fades in, in distances of the eyes' outer corners.
    """

    folds: float
    lips: float
    beard: float
    texture: float
    hue: float
    calm: float
    mirrored: float
    source_skin: float
    photo_skin: float
    rim: float


BY_NAME: dict[str, Preset] = {
    "natural": Preset(
        folds=0.8,
        lips=1,
        beard=1,
        texture=0.5,
        hue=0.8,
        calm=0.5,
        mirrored=0.5,
        source_skin=1.3,
        photo_skin=2,
        rim=0.08,
    ),
    "balanced": Preset(
        folds=0.15,
        lips=0,
        beard=0,
        texture=0,
        hue=0.7,
        calm=0.2,
        mirrored=0.5,
        source_skin=1.6,
        photo_skin=2.5,
        rim=0.08,
    ),
    "likeness": Preset(
        folds=0,
        lips=0,
        beard=0,
        texture=0,
        hue=0.6,
        calm=0.1,
        mirrored=0.3,
        source_skin=3,
        photo_skin=6,
        rim=0.05,
    ),
}
