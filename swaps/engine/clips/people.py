"""Who is who in a clip: decided once for each track, by all that was seen of it."""

from dataclasses import dataclass

import numpy as np

from recognition.engine.descriptors import SAME_PERSON
from recognition.engine.types import ByteImage, Descriptor, eye_distance

from .tracks import Track

# Two tracks of one person lie within this distance on average; blurred and hidden faces scatter more than photos.
_SAME = SAME_PERSON
# A track of fewer frames, or that nobody could be recognised on, belongs to whoever was seen there so few frames before
# or after, no further away than so many distances of the eyes.
_SHORT, _FRAMES, _REACH = 5, 30, 3.0


@dataclass(frozen=True, eq=False)
class Person:
    """One person in a clip.

    Attributes
    ----------
    descriptor : (128,) float32
        Zeros for someone who was never seen well enough.
    crop : (h, w, 3) uint8
        What they look like.
    tracks : tuple of Track
        In the order of their first frames; no two share a frame.
    """

    descriptor: Descriptor
    crop: ByteImage
    tracks: tuple[Track, ...]

    @property
    def first(self) -> int:
        """The frame on which they are first seen."""
        return self.tracks[0].first

    @property
    def presence(self) -> float:
        """How much of the clip is theirs: the sum over all frames of their face's size."""
        return float(sum(eye_distance(points) for track in self.tracks for points in track.landmarks))


def people_of(tracks: list[Track]) -> list[Person]:
    """Tell people apart.

    Returns
    -------
    list of Person
        In the order in which they appear; who appears at once, from left to right.
    """
    pieces = [piece for track in tracks for piece in split_where_it_changes(track)]
    groups: list[list[Track]] = []
    for track in sorted(pieces, key=lambda each: (len(each.landmarks) < _SHORT, -len(each.landmarks), each.first)):
        group = _group_of(track, groups)
        if group is None:
            groups.append([track])
        else:
            group.append(track)
    people = [_person(group) for group in groups]
    return sorted(people, key=lambda one: (one.first, float(one.tracks[0].landmarks[0].mean(0)[0])))


def _group_of(track: Track, groups: list[list[Track]]) -> list[Track] | None:
    """The tracks of the person that a track belongs to; None for somebody new."""
    free = [group for group in groups if not any(_overlap(track, other) for other in group)]
    alike = [group for group in free if track.described and any(each.described for each in group)]
    nearest = min(alike, key=lambda group: _distance(track, group), default=None)
    if nearest is not None and _distance(track, nearest) <= _SAME:
        return nearest
    if track.described and len(track.landmarks) >= _SHORT:
        return None
    return next((group for group in free if _is_beside(track, group)), None)


def split_where_it_changes(track: Track) -> list[Track]:
    """Cut a track that slid from one face to another, between the last look that fitted and the first that didn't.

    The frames in between are nobody's.
    """
    looks = sorted(track.described)
    for place, number in enumerate(looks):
        before, rest = looks[:place], looks[place:]
        if not before or _mean_distance(track, before, rest[:2]) <= _SAME:
            continue
        mine, theirs = track.part(track.first, before[-1] + 1), track.part(number, track.end)
        return [mine, *split_where_it_changes(theirs)]
    return [track]


def _mean_distance(track: Track, before: list[int], after: list[int]) -> float:
    """How far the nearer of two looks lies from the mean of those before: one alone may be of a hidden face."""
    mean = np.mean([track.described[number] for number in before], axis=0)
    return min(float(np.linalg.norm(track.described[number] - mean)) for number in after)


def _distance(track: Track, group: list[Track]) -> float:
    theirs = np.mean([one for other in group for one in other.described.values()], axis=0)
    return float(np.linalg.norm(np.mean(list(track.described.values()), axis=0) - theirs))


def _overlap(first: Track, second: Track) -> bool:
    return first.first < second.end and second.first < first.end


def _is_beside(track: Track, group: list[Track]) -> bool:
    """Whether a group's person was where a track begins, or is where it ends, a moment before or after."""
    for other in group:
        before, after = (other, track) if other.end <= track.first else (track, other)
        if after.first - before.end <= _FRAMES:
            apart = np.linalg.norm(before.landmarks[-1].mean(0) - after.landmarks[0].mean(0))
            if apart < _REACH * eye_distance(before.landmarks[-1]):
                return True
    return False


def _person(group: list[Track]) -> Person:
    described = [one for track in group for one in track.described.values()]
    descriptor = np.mean(described, axis=0) if described else np.zeros(128)
    best = max(group, key=lambda track: track.crop_worth)
    crop = best.crop if best.crop is not None else np.zeros((1, 1, 3), np.uint8)
    return Person(np.asarray(descriptor, np.float32), crop, tuple(sorted(group, key=lambda track: track.first)))
