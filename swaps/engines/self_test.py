"""An operator's swapper beside the classic engine on the site's own samples, by measures and in pictures."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from django.conf import settings

from faceswap_site.lib.samples import sample_path
from recognition.chosen_engine import describe_faces, find_faces, largest_face
from recognition.engine import Face, decode_photo
from recognition.engine.types import ByteImage, Descriptor
from swaps.chosen_engine import prepare_source, swap_faces
from swaps.engine import SwapOptions
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.models import OperatorEngine

from .choice import EngineChoice
from .running import located, network_face, networks_of

# Face photo and photo to change.
PAIRS = (("obama.jpg", "biden.jpg"), ("biden.jpg", "obama.jpg"), ("obama2.jpg", "astronaut.png"))


@dataclass(frozen=True)
class Measures:
    """How a swap went.

    Attributes
    ----------
    likeness : float
        1 less the distance between the descriptors of the result and the face photo: one person from 0.4 on.
    pose : float
        How far the landmarks moved on average, in eye distances.
    colour : float
        How far the mean colour of the face is from the photo's, in Lab (8 bits).
    ms : float
        Of one face, photos decoded and faces found before.
    """

    likeness: float
    pose: float
    colour: float
    ms: float


@dataclass(frozen=True, eq=False)
class Compared:
    """One pair: by which measures the network and the classic engine swapped it, and the photo with both results."""

    face: str
    target: str
    network: Measures | None
    classic: Measures
    picture: ByteImage


def compared(engine: OperatorEngine) -> Iterator[Compared]:
    """Swap each pair by a swapper and by the classic engine; a swap that shows no face any more has no measures.

    Raises
    ------
    Exception
        As the network raises it.
    """
    networks = networks_of(engine)
    for face_name, target_name in PAIRS:
        photo, target = _sample(face_name), _sample(target_name)
        wanted = describe_faces(photo, [largest_face(photo, FACE_PHOTO)])[0]
        face = largest_face(target, TARGET_PHOTO)

        def by_network(photo: ByteImage = photo, target: ByteImage = target, face: Face = face) -> ByteImage:
            result = target.copy()
            network_face(networks, [located(photo)], EngineChoice()).put_onto(result, face.landmarks, SwapOptions())
            return result

        def by_classic(photo: ByteImage = photo, target: ByteImage = target, face: Face = face) -> ByteImage:
            return swap_faces(target, {0: prepare_source([photo])}, target_faces={0: face}).rgb

        by_network()  # the first run of a network takes longer
        network, seconds = _timed(by_network)
        classic, classic_seconds = _timed(by_classic)
        measured = _measured(classic, target, face, wanted, classic_seconds)
        assert measured is not None, "the classic engine lost the face of a sample"
        picture = np.hstack([_around(each, face) for each in (target, network, classic)])
        yield Compared(face_name, target_name, _measured(network, target, face, wanted, seconds), measured, picture)


def _sample(name: str) -> ByteImage:
    return decode_photo(sample_path(settings.SAMPLES_DIR, name).read_bytes()).rgb


def _timed(make: Callable[[], ByteImage]) -> tuple[ByteImage, float]:
    started = time.perf_counter()
    return make(), time.perf_counter() - started


def _measured(result: ByteImage, target: ByteImage, face: Face, wanted: Descriptor, seconds: float) -> Measures | None:
    found = find_faces(result, mode="largest")
    if not found:
        return None
    distance = float(np.linalg.norm(describe_faces(result, found)[0] - wanted))
    moved = np.linalg.norm(found[0].landmarks - face.landmarks, axis=1).mean() / face.eye_distance
    inside = cv2.fillConvexPoly(
        np.zeros(target.shape[:2], np.uint8), cv2.convexHull(np.rint(face.landmarks).astype(np.int32)), 1
    )
    means = [np.array(cv2.mean(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), inside)[:3]) for rgb in (result, target)]
    colour = float(np.linalg.norm(means[0] - means[1]))
    return Measures(round(1 - distance, 3), round(float(moved), 3), round(colour, 1), round(seconds * 1000, 1))


def _around(rgb: ByteImage, face: Face) -> ByteImage:
    """A square of 320 pixels around the face."""
    middle, side = np.array(face.centre), 2.2 * (face.box[2] - face.box[0])
    matrix = np.array([[320 / side, 0, 160 - middle[0] * 320 / side], [0, 320 / side, 160 - middle[1] * 320 / side]])
    return cv2.warpAffine(rgb, matrix, (320, 320), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
