"""A person as an operator's networks put them onto pictures: photos, frames of clips and of cameras alike."""

from dataclasses import dataclass

import numpy as np

from recognition.engine.landmarks import pose_of
from recognition.engine.quality import quality_of
from recognition.engine.types import ByteImage, Face, Points
from swaps.engine.options import SwapOptions
from swaps.engine.source import source_from
from swaps.engine.swap import swap_into as classic_swap_into

from .enhancer import enhance_into
from .identity import USUAL_WEIGHT, Identity
from .runtime import Network
from .swapper import Networks, swap_into


@dataclass(frozen=True, eq=False)
class NetworkFace:
    """What a `SourceFace` is to the classic engine.

    Attributes
    ----------
    networks : Networks
    identity : Identity
        Of the person, by these networks.
    weight, boost
        As `swap_into` takes them.
    classic : bool
        Whether the classic engine puts the network's face back, with its own mask, mouth and light.
    """

    networks: Networks
    identity: Identity
    weight: float = USUAL_WEIGHT
    boost: int = 1
    classic: bool = False

    def put_onto(self, picture: ByteImage, landmarks: Points, options: SwapOptions) -> None:
        """Change the face with these landmarks, (68, 2), of a picture (H, W, 3) uint8, in place.

        Of the options counts the strength, and all of them where the classic engine puts the face back.

        Raises
        ------
        WrongAnswer
            Where a network doesn't keep to its family's contract.
        FaceUnusable
            For landmarks that make no face.
        """
        if not options.strength:
            return
        before = picture.copy() if self.classic or options.strength < 1 else picture
        swap_into(picture, landmarks, self.networks, self.identity, weight=self.weight, boost=self.boost)
        if self.classic:
            # The network's picture is a face photo that fits its target in everything.
            source = source_from(picture.copy(), _face(picture, landmarks))
            picture[:] = before
            classic_swap_into(picture, source, landmarks, options)
        elif options.strength < 1:
            mix(picture, before, options.strength)


@dataclass(frozen=True, eq=False)
class Enhancer:
    """An operator's network that goes over faces after they were swapped."""

    network: Network
    family: str

    def go_over(self, picture: ByteImage, landmarks: Points) -> None:
        """Restore the face with these landmarks of a picture in place; see `enhance_into`."""
        enhance_into(picture, landmarks, self.network, self.family)


def _face(rgb: ByteImage, landmarks: Points) -> Face:
    """A face that is followed by its landmarks, as one that was found."""
    pose = pose_of(landmarks)
    box = (*landmarks.min(0).tolist(), *landmarks.max(0).tolist())
    return Face(box, landmarks, 1.0, pose, quality_of(rgb, landmarks, pose))


def mix(picture: ByteImage, before: ByteImage, share: float) -> None:
    """Let as much of a change show as a share says, in place."""
    change = picture.astype(np.float32) - before
    picture[:] = np.rint(before + np.float32(share) * change)
