"""Operators' engines at work on a photo: one after the other until one gives a result, and the classic one last."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import User
from recognition.chosen_engine import largest_face
from recognition.engine import Face
from recognition.engine.types import ByteImage
from swaps.chosen_engine import prepare_source, swap_faces
from swaps.engine import FaceUnusable, Fit, SourceFace, SwapOptions
from swaps.engine.models import files, runtime
from swaps.engine.models.identity import FacePhoto
from swaps.engine.models.network_face import Enhancer, NetworkFace
from swaps.engine.models.swapper import Networks
from swaps.engine.whole_photo import FACE_PHOTO
from swaps.models import OperatorEngine

from .choice import CLASSIC, EngineChoice
from .registry import helpers_of, path_of, usable

logger = logging.getLogger(__name__)

FacePhotos = Mapping[int, Sequence[ByteImage]]


@dataclass(frozen=True)
class EngineUsed:
    """What really made a result.

    Attributes
    ----------
    asked, name : str
        They differ where another stood in.
    provider : str
        Of onnxruntime; "" for the classic engine.
    enhancer : str
        Which went over it; "" where none did, though one may have been asked for.
    """

    asked: str
    name: str
    provider: str = ""
    enhancer: str = ""
    enhancer_asked: str = ""

    @property
    def stood_in(self) -> bool:
        return self.name != self.asked or self.enhancer != self.enhancer_asked


@dataclass(frozen=True, eq=False)
class Made:
    """A photo with its faces changed, (H, W, 3) uint8, and by whom; the verdict is the classic engine's on its work."""

    rgb: ByteImage
    used: EngineUsed
    fit: Fit | None = None


def make(
    target_rgb: ByteImage,
    photos: FacePhotos,
    faces: Mapping[int, Face],
    options: SwapOptions,
    choice: EngineChoice,
    account: User | None,
) -> Made:
    """Change faces of a photo with the engine that was chosen, or with the next that can.

    Raises
    ------
    DomainError
        As the classic engine does, where a photo shows no usable face.

    Without an account, whoever sits at the machine asks, and may use every engine that is on.
    """
    made = _by_networks(target_rgb, photos, faces, options, choice, account)
    if made is None:
        sources = {index: prepare_source(several) for index, several in photos.items()}
        swapped = swap_faces(target_rgb, sources, options, target_faces=faces)
        made = Made(swapped.rgb, EngineUsed(choice.engine, CLASSIC), swapped.least_fit)
    return _enhanced(made, [faces[index] for index in photos], choice, account) if choice.enhancer else made


def _by_networks(
    target_rgb: ByteImage,
    photos: FacePhotos,
    faces: Mapping[int, Face],
    options: SwapOptions,
    choice: EngineChoice,
    account: User | None,
) -> Made | None:
    engines = _in_turn(choice.engine, account)
    if not engines:
        return None
    known = {index: [located(photo) for photo in several] for index, several in photos.items()}
    for engine in engines:
        try:
            networks = networks_of(engine, masked=choice.finish == "masked")
            rgb = target_rgb.copy()
            for index, several in known.items():
                network_face(networks, several, choice).put_onto(rgb, faces[index].landmarks, options)
        except FaceUnusable:  # which no other engine would mend
            raise
        except Exception:  # onnxruntime's errors have no common type, and none may cost the person the swap
            logger.exception("engine %s failed; the next one stands in", engine.name)
            continue
        return Made(rgb, EngineUsed(choice.engine, engine.name, networks.swapper.provider))
    return None


def located(photo: ByteImage) -> FacePhoto:
    """A face photo, (H, W, 3) uint8, with the landmarks of its largest face."""
    return photo, largest_face(photo, FACE_PHOTO).landmarks


def network_face(networks: Networks, photos: Sequence[FacePhoto], choice: EngineChoice) -> NetworkFace:
    """A person, of whom there are some photos, as these networks and this choice put them onto pictures."""
    identity = networks.identity(photos)
    return NetworkFace(networks, identity, choice.weight, choice.boost, classic=choice.finish == "classic")


@dataclass(frozen=True, eq=False)
class ClipFaces:
    """The people that a clip gets, and by whose work; what `swaps.engine.clips` takes.

    Attributes
    ----------
    sources : dict of int to SourceFace or NetworkFace
    enhancer : Enhancer or None
    used : EngineUsed
    """

    sources: dict[int, SourceFace | NetworkFace]
    enhancer: Enhancer | None
    used: EngineUsed


def faces_for_clip(photos: FacePhotos, choice: EngineChoice, account: User | None) -> ClipFaces:
    """Prepare faces for a clip with the engine that was chosen, or with the next that can.

    All frames of a clip are made by one engine, so each is tried first, on a face photo itself.

    Raises
    ------
    DomainError
        Where a photo shows no usable face.
    """
    sources: dict[int, SourceFace | NetworkFace] = {}
    used = EngineUsed(choice.engine, CLASSIC, enhancer_asked=choice.enhancer)
    known = {index: [located(photo) for photo in several] for index, several in photos.items()}
    for engine in _in_turn(choice.engine, account):
        try:
            networks = networks_of(engine, masked=choice.finish == "masked")
            made = {index: network_face(networks, several, choice) for index, several in known.items()}
            for index, several in known.items():
                made[index].put_onto(several[0][0].copy(), several[0][1], SwapOptions())
        except FaceUnusable:
            raise
        except Exception:  # as above
            logger.exception("engine %s failed; the next one stands in", engine.name)
            continue
        sources.update(made)
        used = replace(used, name=engine.name, provider=networks.swapper.provider)
        break
    else:
        sources.update({index: prepare_source(several) for index, several in photos.items()})
    enhancer = _enhancer(choice, account)
    try:
        if enhancer is not None:
            for several in known.values():
                enhancer.go_over(several[0][0].copy(), several[0][1])
    except Exception:  # as above
        logger.exception("enhancer %s failed; the result goes without", choice.enhancer)
        enhancer = None
    return ClipFaces(sources, enhancer, replace(used, enhancer=choice.enhancer if enhancer else ""))


def _in_turn(name: str, account: User | None) -> list[OperatorEngine]:
    """The named engine, and those behind it; none where the classic one was asked for."""
    if name == CLASSIC:
        return []
    all_of_them = list(usable(account, role="swapper"))
    named = [engine for engine in all_of_them if engine.name == name]
    least = named[0].order if named else -1
    return named + [
        engine for engine in all_of_them if engine.stands_in and engine.order > least and engine not in named
    ]


def _enhanced(made: Made, faces: Sequence[Face], choice: EngineChoice, account: User | None) -> Made:
    used = replace(made.used, enhancer_asked=choice.enhancer)
    rgb = made.rgb.copy()
    enhancer = _enhancer(choice, account)
    if enhancer is None:
        return replace(made, used=used)
    try:
        for face in faces:
            enhancer.go_over(rgb, face.landmarks)
    except Exception:  # as above
        logger.exception("enhancer %s failed; the result goes without", choice.enhancer)
        return replace(made, used=used)
    provider = used.provider or enhancer.network.provider
    return replace(made, rgb=rgb, used=replace(used, provider=provider, enhancer=choice.enhancer))


def _enhancer(choice: EngineChoice, account: User | None) -> Enhancer | None:
    """The enhancer that was chosen, loaded; None where there is none, or none to be had any more."""
    engine = usable(account, role="enhancer").filter(name=choice.enhancer).first() if choice.enhancer else None
    if engine is None:
        return None
    try:
        return Enhancer(loaded(engine), engine.family)
    except Exception:  # as above
        logger.exception("enhancer %s could not be loaded; the result goes without", choice.enhancer)
        return None


def networks_of(engine: OperatorEngine, *, masked: bool = False) -> Networks:
    """A swapper and what it needs, loaded."""
    return Networks(engine.family, **{part: loaded(each) for part, each in _parts(engine, masked=masked).items()})


def _parts(engine: OperatorEngine, *, masked: bool) -> dict[str, OperatorEngine]:
    """A swapper and what it needs beside it, by the members of `Networks`."""
    names = {"arcface": "embedder", "crossface": "converter"}
    parts = {names[name.split("_")[0]]: helper for name, helper in helpers_of(engine).items() if helper is not None}
    on = OperatorEngine.objects.filter(enabled=True)
    for role in ("occluder", "parser") if masked else ():
        if helper := on.filter(role=role).first():
            parts[role] = helper
    return {"swapper": engine} | parts


def described(choice: EngineChoice, account: User | None) -> list[dict[str, Any]]:
    """The engine that was chosen and those behind it, as a process that knows no database loads and runs them."""
    how = {"weight": choice.weight, "boost": choice.boost, "classic": choice.finish == "classic"}
    return [
        {
            "name": engine.name,
            "family": engine.family,
            "price": engine.price,
            "how": how,
            "files": {
                part: (str(path_of(each)), each.sha256)
                for part, each in _parts(engine, masked=choice.finish == "masked").items()
            },
        }
        for engine in _in_turn(choice.engine, account)
    ]


def loaded(engine: OperatorEngine) -> runtime.Network:
    """The network of an engine; ValueError where its file is another than the one that was looked at."""
    return files.loaded(path_of(engine), engine.sha256)
