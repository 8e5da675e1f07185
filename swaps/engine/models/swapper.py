"""An operator's swapper put to work on one face: cut out, run, put back as its family does it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from recognition.engine.types import ByteImage, FloatImage, Points

from .families import FAMILIES, Family
from .identity import USUAL_WEIGHT, FacePhoto, Identity, embedding_of, identity_of, source_input
from .occlusion import face_region, unoccluded
from .runtime import Network, WrongAnswer
from .squares import from_planes, joined, parted, to_planes
from .templates import box_mask, cut_out, paste

BOOSTS = (1, 2, 3, 4)
USUAL_DEEP_FACE = 224  # of a deep face model that doesn't say its size


@dataclass(frozen=True, eq=False)
class Networks:
    """What an operator's engine is made of: a swapper, and those that it needs or may have beside it."""

    family: str
    swapper: Network
    embedder: Network | None = None
    converter: Network | None = None
    occluder: Network | None = None
    parser: Network | None = None

    @property
    def contract(self) -> Family:
        return FAMILIES[self.family]

    def identity(self, photos: Sequence[FacePhoto]) -> Identity:
        """What the swapper is told of the person on these photos, their embeddings averaged."""
        return identity_of(self.contract, self.embedder, photos)


def swap_into(
    picture: ByteImage,
    landmarks: Points,
    networks: Networks,
    identity: Identity,
    *,
    weight: float = USUAL_WEIGHT,
    boost: int = 1,
) -> None:
    """Change the face with these landmarks, (68, 2), of a picture (H, W, 3) uint8 in place.

    Parameters
    ----------
    weight : float, 0 to 1
        How much of the person: 0.5 as the photos say, less mixes the target's own identity in.
    boost : int
        How many times finer than the network's own size the face is made, by that many times squared runs.

    Raises
    ------
    WrongAnswer
        Where the network doesn't keep to its family's contract.
    """
    family = networks.contract
    if networks.family == "dfm":
        _deep_face(picture, landmarks, networks.swapper, weight)
        return
    size = family.size * boost
    cut = cut_out(picture, landmarks, family.template, size)
    target = None
    if weight != USUAL_WEIGHT and networks.embedder is not None and identity.embedding is not None:
        target = embedding_of(networks.embedder, (picture, landmarks))
    source = source_input(family, networks.swapper, networks.converter, identity, target, weight)
    squares = [_run(family, networks.swapper, square, source) for square in parted(cut.rgb, boost)]
    paste(picture, joined(np.stack(squares), boost), _mask(networks, cut.rgb), cut.matrix)


def _run(family: Family, swapper: Network, square: ByteImage, source: FloatImage) -> ByteImage:
    planes = to_planes(square, family.mean, family.std)[None]
    output = swapper.feed({"source": source, "target": planes})[0]
    if output.ndim != 4 or len(output) != 1:
        raise WrongAnswer(f"the network gave {output.shape} instead of one picture")
    return from_planes(output[0], (family.size, family.size), signed=family.signed)


def _mask(networks: Networks, square: ByteImage) -> FloatImage:
    mask = box_mask(square.shape[0])
    if networks.occluder is not None:
        mask = np.minimum(mask, unoccluded(networks.occluder, square))
    if networks.parser is not None:
        mask = np.minimum(mask, face_region(networks.parser, square))
    return mask


def _deep_face(picture: ByteImage, landmarks: Points, swapper: Network, weight: float) -> None:
    """A deep face model holds one person: it takes a sharpened crop and gives that person's face with two masks."""
    size = swapper.side or USUAL_DEEP_FACE
    cut = cut_out(picture, landmarks, FAMILIES["dfm"].template, size)
    sharp = cv2.addWeighted(cut.rgb, 1.75, cv2.GaussianBlur(cut.rgb, (0, 0), 2), -0.75, 0)
    inputs = {"in_face:0": sharp[None, ..., ::-1].astype(np.float32) / 255}
    if "morph_value:0" in swapper.inputs:
        inputs["morph_value:0"] = np.array([weight], np.float32)
    target_mask, new, source_mask = swapper.feed(inputs)[:3]
    if new.shape != (1, size, size, 3) or target_mask.size != size**2 or source_mask.size != size**2:
        raise WrongAnswer("a deep face model gives a picture and two masks of its own size")
    mask = np.minimum(target_mask.reshape(size, size), source_mask.reshape(size, size)).clip(0, 1)
    mask = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)), iterations=2)
    mask = np.minimum(cv2.GaussianBlur(mask, (0, 0), 6.25), box_mask(size))
    rgb = np.rint(new[0, ..., ::-1].clip(0, 1) * 255).astype(np.uint8)
    paste(picture, rgb, mask, cut.matrix)
