"""What can be asked about faces: who is it, and are these two one person. Every surface asks here."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from accounts.models import User
from faceswap_site.lib.errors import DomainError

from .chosen_engine import look_at
from .engine import Face, NoFaceFound, Photo, distances
from .engine.compare import (
    DEFAULT_THRESHOLD,
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    Verdict,
    person_distance,
    similarity,
    verdict_of,
)
from .engine.types import Descriptor, FloatImage
from .models import Person, Registry
from .search.loaded_registries import index_of, site_registry
from .search.nearest import Neighbours, SearchIndex

CANDIDATES = 5
# Faces asked for: several of them usually belong to one person.
_NEAREST = 64


@dataclass(frozen=True)
class Candidate:
    """Someone whom a face may show; `distance` counts several of the person's photos together."""

    person_id: UUID
    name: str
    distance: float
    similarity: float


@dataclass(frozen=True)
class RecognisedFace:
    """A face of a photo and whom it shows: candidates nearest first, and how far the second one is behind."""

    face: Face
    candidates: tuple[Candidate, ...]
    verdict: Verdict
    threshold: float
    margin: float | None


@dataclass(frozen=True)
class Comparison:
    """The largest faces of two photos, and whether they are one person's."""

    distance: float
    similarity: float
    verdict: Verdict
    threshold: float
    one: Face
    other: Face


def recognise(*, account: User | None, photo: Photo, threshold: float | None = None) -> list[RecognisedFace]:
    """Find every face of a photo, left to right, and the known people nearest to each.

    An account's own people count and those of the site; whom the site protects is named to administrators only.
    """
    limit = _checked(threshold)
    seen = look_at(photo, describe=True)
    if not seen.faces:
        return []
    near = _nearest_people(account, seen.descriptors)
    return [_recognised(face, people, limit) for face, people in zip(seen.faces, near, strict=True)]


def compare_faces(*, one: Photo, other: Photo, threshold: float | None = None) -> Comparison:
    """Compare the largest faces of two photos.

    Raises
    ------
    NoFaceFound
        Saying which photo shows none.
    """
    limit = _checked(threshold)
    (face, descriptor), (second, others) = _largest(one, "first photo"), _largest(other, "second photo")
    distance = float(distances(descriptor, others[None])[0])
    quality = min(face.quality.score, second.quality.score)
    verdict = verdict_of(distance, threshold=limit, quality=quality)
    return Comparison(distance, similarity(distance), verdict, limit, face, second)


def _checked(threshold: float | None) -> float:
    if threshold is None:
        return DEFAULT_THRESHOLD
    if not LEAST_THRESHOLD <= threshold <= MOST_THRESHOLD:
        raise DomainError("invalid_threshold", threshold=threshold, least=LEAST_THRESHOLD, most=MOST_THRESHOLD)
    return threshold


def _largest(photo: Photo, name: str) -> tuple[Face, Descriptor]:
    seen = look_at(photo, mode="largest", describe=True)
    if not seen.faces:
        raise NoFaceFound(photo=name)
    return seen.faces[0], seen.descriptors[0]


def _nearest_people(account: User | None, descriptors: np.ndarray) -> list[list[Candidate]]:
    registries = [site_registry(), *Registry.objects.filter(owner=account)] if account else [site_registry()]
    found: list[dict[int, float]] = [{} for _ in descriptors]
    for registry in registries:
        for people, near in zip(found, people_near(index_of(registry), descriptors), strict=True):
            people |= near
    wanted = {number for people in found for number in people}
    rows = Person.objects.in_bulk(wanted)
    if account is None or not account.is_staff:
        rows = {number: person for number, person in rows.items() if not person.protected}
    return [_candidates(people, rows) for people in found]


def people_near(index: SearchIndex, descriptors: FloatImage) -> list[dict[int, float]]:
    """The people nearest to each of some descriptors (N, 128), found together: their numbers and distances."""
    found = []
    for near, descriptor in zip(index.nearest(descriptors, _NEAREST), descriptors, strict=True):
        count, people = _NEAREST, _people_of(near)
        # One person's many photos must not hide who comes second.
        while len(people) == 1 and count < len(index):
            count *= 16
            people = _people_of(index.nearest(descriptor[None], count)[0])
        found.append({number: person_distance(index.distances_to(number, descriptor)) for number in people})
    return found


def _people_of(near: Neighbours) -> list[int]:
    return list(dict.fromkeys(near.people.tolist()))[: 2 * CANDIDATES]


def _candidates(people: dict[int, float], rows: dict[int, Person]) -> list[Candidate]:
    known = [(distance, rows[number]) for number, distance in people.items() if number in rows]
    return [
        Candidate(person.uuid, person.name, round(distance, 4), similarity(distance))
        for distance, person in sorted(known, key=lambda pair: (pair[0], pair[1].pk))[:CANDIDATES]
    ]


def _recognised(face: Face, candidates: list[Candidate], threshold: float) -> RecognisedFace:
    if not candidates:
        return RecognisedFace(face, (), "no_match", threshold, None)
    margin = round(candidates[1].distance - candidates[0].distance, 4) if len(candidates) > 1 else None
    verdict = verdict_of(
        candidates[0].distance,
        threshold=threshold,
        quality=face.quality.score,
        margin=margin,
        nearest_of_many=True,
    )
    return RecognisedFace(face, tuple(candidates), verdict, threshold, margin)
