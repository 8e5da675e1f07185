"""Networks that keep to each family's contract and do something simple: made here, a few kilobytes each.

A stand-in swapper gives the negative of its crop, so that a test sees where in a photo its square went.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from swaps.engine.models.families import FAMILIES

FLOAT = TensorProto.FLOAT
Initial = dict[str, NDArray[np.float32] | NDArray[np.int64]]

Shapes = Mapping[str, Sequence[int | str]]


def save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Shapes,
    outputs: Shapes,
    initial: Initial | None = None,
    kinds: Mapping[str, int] | None = None,
) -> Path:
    kinds = kinds or {}
    graph = helper.make_graph(
        list(nodes),
        "stand-in",
        [helper.make_tensor_value_info(name, kinds.get(name, FLOAT), shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (initial or {}).items()],
    )
    domains = {node.domain for node in nodes} | {""}
    opsets = [helper.make_opsetid(domain, 1 if domain else 17) for domain in domains]
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), str(path))
    return path


def number(value: float) -> NDArray[np.float32]:
    return np.array(value, np.float32)


def swapper(path: Path, family: str, *, tint: bool = False, matrix: NDArray[np.float32] | None = None) -> Path:
    """The negative of `target`; with `tint`, a square of one brightness: the first number of `source` by ten."""
    contract = FAMILIES[family]
    size = contract.size
    source: Sequence[int] = (1, 512)
    if contract.identity == "picture":
        source = (1, 3, contract.picture_size, contract.picture_size)
    axes = list(range(len(source)))
    initial: Initial = {
        "zero": number(0),
        "one": number(0 if contract.signed else 1),
        "axes": np.array(axes, np.int64),
        "start": np.zeros(len(source), np.int64),
        "end": np.ones(len(source), np.int64),
        "tenth": number(0.1),
    }
    mean, std = (np.reshape(np.array(three, np.float32), (1, 3, 1, 1)) for three in (contract.mean, contract.std))
    # Back to what the family gives: 0 to 1, or -1 to 1, which is what its input runs through as well.
    initial |= {"mean": mean, "std": std} if not contract.signed else {"mean": number(0), "std": number(1)}
    if contract.identity == "matrix":
        initial["emap"] = np.eye(512, dtype=np.float32) if matrix is None else matrix  # the last
    nodes = [
        helper.make_node("Mul", ["target", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["light"]),
        helper.make_node("Sub", ["one", "light"], ["negative"]),
        helper.make_node("Slice", ["source", "start", "end", "axes"], ["cell"]),
        helper.make_node("Mul", ["cell", "tenth"], ["small"]),
        helper.make_node("Squeeze", ["small", "axes"], ["first"]),
        helper.make_node("Mul", ["negative", "zero"], ["black"]),
        helper.make_node("Mul", ["first", "zero"], ["nothing"]),
        helper.make_node("Add", ["black", "first"] if tint else ["negative", "nothing"], ["output"]),
    ]
    square = (1, 3, size, size)
    return save(path, nodes, {"target": square, "source": source}, {"output": square}, initial)


def embedder(path: Path) -> Path:
    """512 numbers: the means of the three planes, and zeros."""
    nodes = [
        helper.make_node("ReduceMean", ["input.1"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Pad", ["means", "pads"], ["683"]),
    ]
    initial: Initial = {"pads": np.array([0, 0, 0, 509], np.int64)}
    return save(path, nodes, {"input.1": ("batch", 3, 112, 112)}, {"683": (1, 512)}, initial)


def converter(path: Path, factor: float = 2.0) -> Path:
    nodes = [helper.make_node("Mul", ["input", "factor"], ["output"])]
    return save(path, nodes, {"input": (1, 512)}, {"output": (1, 512)}, {"factor": number(factor)})


def enhancer(path: Path, family: str, *, size: int = 0) -> Path:
    """The negative of its crop; CodeFormer's adds its weight times nothing."""
    size = size or FAMILIES[family].size or 512
    nodes = [helper.make_node("Neg", ["input"], ["output"])]
    inputs: dict[str, Sequence[int | str]] = {"input": (1, 3, size, size)}
    kinds = {}
    if family == "codeformer":
        inputs["weight"] = (1,)
        kinds["weight"] = TensorProto.DOUBLE
        nodes = [
            helper.make_node("Cast", ["weight"], ["single"], to=FLOAT),
            helper.make_node("Mul", ["single", "zero"], ["nothing"]),
            helper.make_node("Neg", ["input"], ["negative"]),
            helper.make_node("Add", ["negative", "nothing"], ["output"]),
        ]
    return save(path, nodes, inputs, {"output": (1, 3, size, size)}, {"zero": number(0)}, kinds)


def occluder(path: Path) -> Path:
    """Free on the left half of its picture, covered on the right."""
    half = np.zeros((1, 256, 256, 1), np.float32)
    half[:, :, :128] = 1
    nodes = [
        helper.make_node("ReduceMean", ["in_face:0"], ["grey"], axes=[3], keepdims=1),
        helper.make_node("Mul", ["grey", "zero"], ["black"]),
        helper.make_node("Add", ["black", "half"], ["out_mask:0"]),
    ]
    shape = ("batch", 256, 256, 3)
    initial: Initial = {"half": half, "zero": number(0)}
    return save(path, nodes, {"in_face:0": shape}, {"out_mask:0": ("batch", 256, 256, 1)}, initial)


def parser(path: Path) -> Path:
    """Skin in the upper half of its picture, hair in the lower."""
    classes = np.zeros((1, 19, 512, 512), np.float32)
    classes[:, 1, :256], classes[:, 17, 256:] = 1, 1
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["grey"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["grey", "zero"], ["black"]),
        helper.make_node("Add", ["black", "classes"], ["output"]),
    ]
    initial: Initial = {"classes": classes, "zero": number(0)}
    return save(path, nodes, {"input": (1, 3, 512, 512)}, {"output": (1, 19, 512, 512)}, initial)


def upscaler(path: Path) -> Path:
    """Each pixel twice as large."""
    nodes = [helper.make_node("Resize", ["input", "", "scales"], ["output"], mode="nearest")]
    initial: Initial = {"scales": np.array([1, 1, 2, 2], np.float32)}
    shapes = ({"input": (1, 3, "h", "w")}, {"output": (1, 3, "hh", "ww")})
    return save(path, nodes, *shapes, initial)


def deep_face(path: Path, size: int = 128) -> Path:
    """The negative of its crop, with masks that let all of it through."""
    nodes = [
        helper.make_node("Sub", ["one", "in_face:0"], ["out_celeb_face:0"]),
        helper.make_node("ReduceMean", ["in_face:0"], ["grey"], axes=[3], keepdims=1),
        helper.make_node("Mul", ["grey", "zero"], ["black"]),
        helper.make_node("Mul", ["morph_value:0", "zero"], ["nothing"]),
        helper.make_node("Add", ["black", "one"], ["whole"]),
        helper.make_node("Add", ["whole", "nothing"], ["out_face_mask:0"]),
        helper.make_node("Identity", ["whole"], ["out_celeb_face_mask:0"]),
    ]
    square, mask = ("batch", size, size, 3), ("batch", size, size, 1)
    outputs = {"out_face_mask:0": mask, "out_celeb_face:0": square, "out_celeb_face_mask:0": mask}
    return save(
        path, nodes, {"in_face:0": square, "morph_value:0": (1,)}, outputs, {"one": number(1), "zero": number(0)}
    )


def of_each_family(folder: Path) -> dict[str, Path]:
    """A stand-in for every family that is known, named as its files are."""
    made: dict[str, Path] = {}
    makers: dict[str, Callable[[Path], Path]] = {
        "embedder": embedder,
        "converter": converter,
        "occluder": occluder,
        "parser": parser,
        "upscaler": upscaler,
    }
    for name, family in FAMILIES.items():
        path = folder / f"{(family.stems or (name,))[0].rstrip('_')}.onnx"
        if name == "dfm":
            made[name] = deep_face(path)
        elif family.role == "swapper":
            made[name] = swapper(path, name)
        elif family.role == "enhancer":
            made[name] = enhancer(path if name != "gpen" else folder / "gpen_bfr_512.onnx", name)
        else:
            made[name] = makers[family.role](path if name != "crossface" else folder / "crossface_ghost.onnx")
    return made
