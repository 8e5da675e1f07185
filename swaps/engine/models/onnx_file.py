"""What stands in an ONNX file, read without loading it: inputs, outputs, operators, and whether it needs other files.

ONNX files are protocol buffers (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). The few fields that count are
walked here by their numbers, so that a file is judged before any library that would obey it has opened it.
"""

import mmap
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from faceswap_site.lib.protobuf import fields, packed
from recognition.engine.types import FloatImage

_MOST_DEEP = 8
_LARGEST_MATRIX = 16 * 1024 * 1024
STANDARD = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})


class NotOnnx(Exception):
    """The file is no ONNX model, or is cut off."""


class Value(NamedTuple):
    """An input or output: its name, and its shape with 0 for a side that is open."""

    name: str
    shape: tuple[int, ...]


@dataclass
class OnnxFile:
    """What a file says of itself.

    Attributes
    ----------
    inputs, outputs : list of Value
        Inputs that the file itself fills (initializers) are left out.
    domains : set of str
        Of the operators used.
    external : bool
        Whether weights lie in other files.
    last_matrix : (n, n) float32 or None
        The last initializer where it is square.
    """

    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    domains: set[str] = field(default_factory=set)
    external: bool = False
    last_matrix: FloatImage | None = None
    _initializers: list[str] = field(default_factory=list)


def read_onnx(path: Path) -> OnnxFile:
    """Read what an ONNX file says of itself.

    Raises
    ------
    NotOnnx
    """
    if not path.stat().st_size:
        raise NotOnnx("the file is empty")
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return _model(memoryview(content))
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise NotOnnx("the file is no ONNX model") from error


def _model(view: memoryview) -> OnnxFile:
    model = OnnxFile()
    graphs = 0
    for number, part in fields(view):
        if number == 7 and isinstance(part, memoryview):
            graphs += 1
            _graph(part, model, depth=0)
        elif number == 25 and isinstance(part, memoryview):  # functions of the file's own
            for inner, node in fields(part):
                if inner == 7 and isinstance(node, memoryview):
                    _node(node, model, depth=1)
    if graphs != 1 or not model.outputs:
        raise ValueError("no graph")
    known = set(model._initializers)
    model.inputs = [value for value in model.inputs if value.name not in known]
    return model


def _graph(view: memoryview, model: OnnxFile, *, depth: int) -> None:
    if depth > _MOST_DEEP:
        raise ValueError("graphs within graphs")
    last = None
    for number, part in fields(view):
        if not isinstance(part, memoryview):
            continue
        if number == 1:
            _node(part, model, depth=depth)
        elif number == 5:
            _tensor(part, model)
            last = part
        elif number in (11, 12) and depth == 0:
            (model.inputs if number == 11 else model.outputs).append(_value(part))
    if depth == 0 and last is not None and len(last) <= _LARGEST_MATRIX:
        model.last_matrix = _matrix(last)


def _node(view: memoryview, model: OnnxFile, *, depth: int) -> None:
    domain = ""
    for number, part in fields(view):
        if number == 7 and isinstance(part, memoryview):
            domain = _text(part)
        elif number == 5 and isinstance(part, memoryview):  # an attribute: a tensor, a graph, or several of either
            for inner, held in fields(part):
                if inner in (5, 10) and isinstance(held, memoryview):
                    _tensor(held, model, named=False)
                elif inner in (6, 11) and isinstance(held, memoryview):
                    _graph(held, model, depth=depth + 1)
    model.domains.add(domain)


def _tensor(view: memoryview, model: OnnxFile, *, named: bool = True) -> None:
    for number, part in fields(view):
        if number == 8 and named and isinstance(part, memoryview):
            model._initializers.append(_text(part))
        elif number == 13 or (number == 14 and part == 1):
            model.external = True


def _value(view: memoryview) -> Value:
    name, shape = "", []
    for number, part in fields(view):
        if number == 1 and isinstance(part, memoryview):
            name = _text(part)
        elif number == 2 and isinstance(part, memoryview):
            for _, tensor in fields(part):
                if not isinstance(tensor, memoryview):
                    continue
                for inner, held in fields(tensor):
                    if inner == 2 and isinstance(held, memoryview):
                        shape = [_side(side) for _, side in fields(held) if isinstance(side, memoryview)]
    return Value(name, tuple(shape))


def _side(view: memoryview) -> int:
    return next((part for number, part in fields(view) if number == 1 and isinstance(part, int)), 0)


def _matrix(view: memoryview) -> FloatImage | None:
    """A square tensor of TensorProto, as float32."""
    sides: list[int] = []
    element, raw, floats = 0, None, b""
    for number, part in fields(view):
        if number == 1:
            sides += packed(part)
        elif number == 2 and isinstance(part, int):
            element = part
        elif number == 9 and isinstance(part, memoryview):
            raw = bytes(part)
        elif number == 4 and isinstance(part, memoryview):
            floats += bytes(part)
    kinds = {1: "<f4", 10: "<f2"}
    if len(sides) != 2 or sides[0] != sides[1] or element not in kinds:
        return None
    numbers = np.frombuffer(raw if raw is not None else floats, kinds[element] if raw is not None else "<f4")
    return numbers.reshape(sides).astype(np.float32) if numbers.size == sides[0] * sides[1] else None


def _text(part: memoryview) -> str:
    return bytes(part).decode()
