"""Whose face: embeddings of face photos, and how each family of swappers wants them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recognition.engine.types import ByteImage, FloatImage, Points

from .families import FAMILIES, Family
from .runtime import Network, WrongAnswer
from .squares import to_planes
from .templates import cut_out

LENGTH = 512
# Half is the face as it is; less takes from the target's identity, more goes beyond the face.
USUAL_WEIGHT = 0.5
_SWAY = 0.35

# A photo (H, W, 3) uint8, and the landmarks (68, 2) of the face that is meant on it.
FacePhoto = tuple[ByteImage, Points]


@dataclass(frozen=True, eq=False)
class Identity:
    """What a swapper is told of a person.

    Attributes
    ----------
    embedding : (512,) float32 or None
        The mean over the person's photos, raw.
    picture : (3, size, size) float32 or None
        A crop of the first photo, for families that take one.
    """

    embedding: FloatImage | None = None
    picture: FloatImage | None = None


def embedding_of(embedder: Network, photo: FacePhoto) -> FloatImage:
    """The raw embedding of a face on a photo, (512,) float32."""
    family = FAMILIES["arcface"]
    rgb, landmarks = photo
    cut = cut_out(rgb, landmarks, family.template, family.size)
    found = embedder.feed({embedder.inputs[0]: to_planes(cut.rgb, family.mean, family.std)[None]})[0]
    return _vector(found)


def identity_of(family: Family, embedder: Network | None, photos: Sequence[FacePhoto]) -> Identity:
    """What a family of swappers is told of the person on some photos, all of the same person.

    Raises
    ------
    ValueError
        Where the family asks for an embedder and there is none.
    """
    if family.identity == "own":
        return Identity()
    if family.identity == "picture":
        rgb, landmarks = photos[0]
        cut = cut_out(rgb, landmarks, family.picture_template, family.picture_size)
        return Identity(picture=to_planes(cut.rgb))
    if embedder is None:
        raise ValueError("this family needs an embedder")
    return Identity(embedding=np.mean([embedding_of(embedder, photo) for photo in photos], axis=0))


def source_input(
    family: Family,
    swapper: Network,
    converter: Network | None,
    identity: Identity,
    target: FloatImage | None,
    weight: float = USUAL_WEIGHT,
) -> FloatImage:
    """What goes into a swapper as `source`, (1, 512) or (1, 3, size, size) float32.

    Parameters
    ----------
    target : (512,) float32 or None
        The raw embedding of the face to change; asked for where the weight isn't the usual one.
    weight : float, 0 to 1
    """
    if identity.picture is not None:
        return identity.picture[None]
    assert identity.embedding is not None
    raw = identity.embedding
    source: FloatImage
    if family.identity == "matrix":
        matrix = swapper.file.last_matrix
        if matrix is None or matrix.shape[0] != LENGTH:
            raise WrongAnswer("the last weights of this file are no matrix of 512 by 512")
        source = _scaled(raw @ matrix, 1 / _length(raw))
    elif family.identity == "unit":
        source = _unit(raw)
    else:
        if converter is None:
            raise ValueError("this family needs a converter of embeddings")
        source = _vector(converter.feed({converter.inputs[0]: raw[None]})[0])
        if family.identity == "converted_unit":
            source = _unit(source)
    share = float(np.interp(weight, (0, 1), (_SWAY, -_SWAY)))
    if share and target is not None:
        own = target if family.identity == "converted" else _unit(target)
        source = _scaled(source, 1 - share) + _scaled(own, share)
    return np.asarray(source, np.float32)[None]


def _vector(found: FloatImage) -> FloatImage:
    if found.size != LENGTH:
        raise WrongAnswer(f"the network gave {found.size} numbers instead of {LENGTH}")
    return found.reshape(LENGTH)


def _unit(vector: FloatImage) -> FloatImage:
    return _scaled(vector, 1 / _length(vector))


def _scaled(vector: FloatImage, factor: float) -> FloatImage:
    return np.multiply(vector, factor, dtype=np.float32)


def _length(vector: FloatImage) -> float:
    return max(float(np.linalg.norm(vector)), 1e-12)
