"""The families of networks that are known, each by its contract: what it is for, what it takes, and what it gives.

To add one: write down its row; where its crop or its identity is prepared in a way of its own, add that way to
`identity` or `swapper`; build a stand-in of the same inputs and outputs in tests/engine/models; name it in
docs/engines.md. All but the deep face models take and give planes (N, 3, size, size) of RGB.
"""

from dataclasses import dataclass
from typing import Literal

from .onnx_file import OnnxFile, Value

Role = Literal["swapper", "embedder", "converter", "enhancer", "occluder", "parser", "upscaler"]
# raw: as the embedder gave it, through the network's own last matrix; unit: of length 1; converted: by a converter of
# the family, and of length 1 where it says so; picture: a crop of the face photo; own: in the weights.
Identity = Literal["", "matrix", "unit", "converted", "converted_unit", "picture", "own"]

Triple = tuple[float, float, float]
ZERO, HALF, ONE = (0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (1.0, 1.0, 1.0)
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Family:
    """The contract of a family of networks.

    Attributes
    ----------
    title : str
    role : Role
    size : int
        Side of the square that the network takes; 0 where it takes any, or says it itself.
    template : str
        Of `templates.TEMPLATES`, where the face lies in that square.
    mean, std : three floats
        What is taken from RGB of 0 to 1, and by what that is divided.
    signed : bool
        Whether the output runs from -1 to 1 instead of 0 to 1.
    identity : Identity
    stems : tuple of str
        How the files of this family are called; the first letters of their names.
    licence, non_commercial
        What its makers say, to be shown before an operator accepts it; "" where nobody knows.
    """

    title: str
    role: Role
    size: int
    template: str = ""
    mean: Triple = ZERO
    std: Triple = ONE
    signed: bool = False
    identity: Identity = ""
    picture_size: int = 0
    picture_template: str = ""
    stems: tuple[str, ...] = ()
    licence: str = ""
    non_commercial: bool = True


FAMILIES: dict[str, Family] = {
    "inswapper": Family(
        "inswapper 128",
        "swapper",
        128,
        "arcface_128",
        identity="matrix",
        stems=("inswapper_128", "reswapper"),
        licence="InsightFace: non-commercial research only",
    ),
    "hyperswap": Family(
        "HyperSwap 256",
        "swapper",
        256,
        "arcface_128",
        HALF,
        HALF,
        signed=True,
        identity="unit",
        stems=("hyperswap",),
        licence="ResearchRAIL",
    ),
    "ghost": Family(
        "GHOST 256",
        "swapper",
        256,
        "arcface_112_v1",
        HALF,
        HALF,
        signed=True,
        identity="converted",
        stems=("ghost",),
        licence="Apache-2.0; its embedder is InsightFace's, non-commercial",
    ),
    "simswap_256": Family(
        "SimSwap 256",
        "swapper",
        256,
        "arcface_112_v1",
        IMAGENET_MEAN,
        IMAGENET_STD,
        identity="converted_unit",
        stems=("simswap_256",),
        licence="CC BY-NC 4.0",
    ),
    "simswap_512": Family(
        "SimSwap 512, unofficial",
        "swapper",
        512,
        "arcface_112_v1",
        identity="converted_unit",
        stems=("simswap_unofficial_512", "simswap_512"),
        licence="CC BY-NC 4.0",
    ),
    "hififace": Family(
        "HifiFace 256, unofficial",
        "swapper",
        256,
        "mtcnn_512",
        HALF,
        HALF,
        signed=True,
        identity="converted_unit",
        stems=("hififace",),
    ),
    "blendswap": Family(
        "BlendSwap 256",
        "swapper",
        256,
        "ffhq_512",
        identity="picture",
        picture_size=112,
        picture_template="arcface_112_v2",
        stems=("blendswap",),
        licence="Non-commercial",
    ),
    "uniface": Family(
        "UniFace 256",
        "swapper",
        256,
        "ffhq_512",
        HALF,
        HALF,
        signed=True,
        identity="picture",
        picture_size=256,
        picture_template="ffhq_512",
        stems=("uniface",),
    ),
    "dfm": Family("Deep face model", "swapper", 0, "dfl_whole_face", identity="own", licence="Each its own"),
    "arcface": Family(
        "ArcFace w600k R50",
        "embedder",
        112,
        "arcface_112_v2",
        HALF,
        HALF,
        stems=("arcface_w600k", "w600k_r50"),
        licence="InsightFace: non-commercial research only",
    ),
    "crossface": Family("Converter of embeddings", "converter", 512, stems=("crossface_", "arcface_converter_")),
    "gfpgan": Family(
        "GFPGAN and RestoreFormer++",
        "enhancer",
        512,
        "ffhq_512",
        HALF,
        HALF,
        signed=True,
        stems=("gfpgan", "restoreformer"),
        licence="Apache-2.0",
        non_commercial=False,
    ),
    "codeformer": Family(
        "CodeFormer",
        "enhancer",
        512,
        "ffhq_512",
        HALF,
        HALF,
        signed=True,
        stems=("codeformer",),
        licence="S-Lab 1.0: non-commercial",
    ),
    "gpen_256": Family(
        "GPEN 256",
        "enhancer",
        256,
        "arcface_128",
        HALF,
        HALF,
        signed=True,
        stems=("gpen_bfr_256",),
        licence="Non-commercial",
    ),
    "gpen": Family(
        "GPEN 512 to 2048",
        "enhancer",
        0,
        "ffhq_512",
        HALF,
        HALF,
        signed=True,
        stems=("gpen_bfr",),
        licence="Non-commercial",
    ),
    "xseg": Family("XSeg occluder", "occluder", 256, stems=("xseg",)),
    "bisenet": Family(
        "BiSeNet parser",
        "parser",
        512,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        stems=("bisenet",),
        licence="MIT; trained on CelebAMask-HQ, which is non-commercial",
    ),
    "realesrgan": Family(
        "Real-ESRGAN and its like",
        "upscaler",
        0,
        stems=("real_esrgan", "realesrgan"),
        licence="BSD-3-Clause",
        non_commercial=False,
    ),
}


def family_of(stem: str, file: OnnxFile) -> str:
    """The name of the family that a file is of, by its inputs and outputs and, between like ones, by its stem; or "".

    A name alone is never believed: what doesn't take and give what the family does is not of the family.
    """
    lowered = stem.lower().replace("-", "_")
    fitting = [name for name, family in FAMILIES.items() if fits(name, family, file)]
    named = [name for name in fitting if any(lowered.startswith(start) for start in FAMILIES[name].stems)]
    if named:
        return max(named, key=lambda name: max(len(s) for s in FAMILIES[name].stems if lowered.startswith(s)))
    return fitting[0] if len(fitting) == 1 else ""


def fits(name: str, family: Family, file: OnnxFile) -> bool:
    """Whether a file takes and gives what the networks of a family do."""
    inputs = {value.name: value for value in file.inputs}
    if name == "dfm":
        return "in_face:0" in inputs and len(file.outputs) >= 3
    if family.role == "swapper":
        if set(inputs) != {"source", "target"} or not _planes(inputs["target"], family.size):
            return False
        if family.identity == "picture":
            return _planes(inputs["source"], family.picture_size)
        return _vector(inputs["source"]) and (family.identity != "matrix" or file.last_matrix is not None)
    first = file.inputs[0] if file.inputs else Value("", ())
    extra = set(inputs) - {first.name}
    if family.role == "embedder":
        return not extra and _planes(first, family.size) and _vector(file.outputs[0])
    if family.role == "converter":
        return not extra and _vector(first) and _vector(file.outputs[0])
    if family.role == "enhancer":
        return (
            "input" in inputs
            and _planes(inputs["input"], family.size)
            and set(inputs) - {"input"} == ({"weight"} if name == "codeformer" else set())
        )
    if family.role == "occluder":
        return not extra and len(first.shape) == 4 and first.shape[1:] in {(256, 256, 3), (0, 0, 3)}
    if family.role == "parser":
        return not extra and _planes(first, family.size) and file.outputs[0].shape[1:2] in {(19,), (0,)}
    return not extra and _planes(first, 0) and len(file.outputs[0].shape) == 4


def _planes(value: Value, size: int) -> bool:
    """Whether a value is planes of RGB of a size, where 0 (either way) is any."""
    if len(value.shape) != 4 or value.shape[1] not in {0, 3}:
        return False
    return all(not size or side in {0, size} for side in value.shape[2:])


def _vector(value: Value) -> bool:
    return len(value.shape) == 2 and value.shape[1] in {0, 512}
