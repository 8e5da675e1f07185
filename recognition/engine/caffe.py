"""A residual network of Caffe's, read from its two files and written as ONNX, which today's runtimes read.

Only what such networks are made of is known: convolutions, batch normalisation with its scale, ReLU, pooling, sums, one
inner product and softmax (https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto). Normalisation and
scale are folded into the convolution before them, so that half of the layers are gone.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from faceswap_site.lib.protobuf import fields, message, packed

from .types import FloatImage

_EPSILON = 1e-5  # Caffe's default of BatchNormParameter
_OPSET, _IR = 13, 8
# TensorProto.DataType.FLOAT; AttributeProto.AttributeType: INT, INTS
_FLOAT, _INT, _INTS = 1, 2, 7

Layer = dict[str, Any]
_TOKEN = re.compile(r'\s*(?:#.*\n\s*)*(?:"(?P<text>[^"]*)"|(?P<mark>[{}:])|(?P<word>[^\s{}:"]+))')


def to_onnx(prototxt: str, caffemodel: bytes) -> bytes:
    """The network as an ONNX file, with an input `data` of (1, 3, H, W) float32 and Caffe's last layer as its output.

    Raises
    ------
    ValueError
        Where it has a layer that is not known here.
    """
    weights = dict(_blobs(memoryview(caffemodel)))
    layers = read_prototxt(prototxt)["layer"]
    shape = [int(side) for side in layers[0]["input_param"][0]["shape"][0]["dim"]]
    graph = _Graph(weights)
    for place, layer in enumerate(layers[1:], 1):
        graph.add(layer, layers[place + 1 : place + 3])
    return graph.model(shape)


def read_prototxt(text: str) -> Layer:
    """A message in protobuf's text format: for each name the list of what it is given, texts or messages."""
    return _read_message(found for found in _TOKEN.finditer(text))


def _read_message(tokens: "Iterator[re.Match[str]]") -> Layer:
    read: Layer = {}
    for token in tokens:
        if token["mark"] == "}":
            break
        name = token["word"]
        following = next(tokens)
        if following["mark"] == ":":
            following = next(tokens)
        given = following["text"] if following["text"] is not None else following["word"]
        read.setdefault(name, []).append(_read_message(tokens) if following["mark"] == "{" else given)
    return read


def _blobs(model: memoryview) -> Iterator[tuple[str, list[FloatImage]]]:
    """The weights of each layer of a NetParameter, by its name."""
    for number, layer in fields(model):
        if number != 100 or not isinstance(layer, memoryview):
            continue
        name, arrays = "", []
        for inner, part in fields(layer):
            if inner == 1 and isinstance(part, memoryview):
                name = bytes(part).decode()
            elif inner == 7 and isinstance(part, memoryview):
                arrays.append(_array(part))
        yield name, arrays


def _array(blob: memoryview) -> FloatImage:
    shape: list[int] = []
    numbers = b""
    for number, part in fields(blob):
        if number == 7 and isinstance(part, memoryview):
            shape = [side for _, sides in fields(part) for side in packed(sides)]
        elif number == 5 and isinstance(part, memoryview):
            numbers += bytes(part)
    return np.frombuffer(numbers, "<f4").reshape(shape or (-1,)).copy()


class _Graph:
    """The nodes and weights of an ONNX graph, as they come."""

    def __init__(self, weights: dict[str, list[FloatImage]]) -> None:
        self.weights = weights
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []
        self.names: dict[str, str] = {"data": "data"}  # Caffe's layers write in place; each of ours has its own output
        self.folded: set[str] = set()

    def add(self, layer: Layer, after: list[Layer]) -> None:
        kind, name = layer["type"][0], layer["name"][0]
        inputs = [self.names[bottom] for bottom in layer["bottom"]]
        if kind == "Convolution":
            self._convolution(layer, inputs, after)
        elif kind in {"BatchNorm", "Scale"}:
            if name not in self.folded:
                raise ValueError(f"{name} follows no convolution")
            return
        elif kind == "Pooling":
            self._pooling(layer, inputs)
        elif kind == "Eltwise":
            self._node("Add", inputs, name)
        elif kind == "ReLU":
            self._node("Relu", inputs, name)
        elif kind == "InnerProduct":
            self._node("Flatten", inputs, f"{name}_flat", axis=1)
            weight, bias = (self._tensor(f"{name}_{n}", array) for n, array in enumerate(self.weights[name]))
            self._node("Gemm", [f"{name}_flat", weight, bias], name, transB=1)
        elif kind == "Softmax":
            self._node("Softmax", inputs, name, axis=1)
        else:
            raise ValueError(f"layers of type {kind} are not known here")
        self.names[layer["top"][0]] = name

    def _convolution(self, layer: Layer, inputs: list[str], after: list[Layer]) -> None:
        name, given = layer["name"][0], layer["convolution_param"][0]
        weight, *biases = self.weights[name]
        bias = biases[0].ravel() if biases else np.zeros(len(weight), np.float32)
        for follower in after:
            if follower["type"][0] not in {"BatchNorm", "Scale"} or follower["bottom"] != layer["top"]:
                break
            own = self.weights[follower["name"][0]]
            if follower["type"][0] == "BatchNorm":
                mean, variance = (array.ravel() / own[2].ravel()[0] for array in own[:2])
                gain, shift = 1 / np.sqrt(variance + _EPSILON), -mean / np.sqrt(variance + _EPSILON)
            else:
                gain, shift = own[0].ravel(), own[1].ravel()
            weight, bias = weight * gain[:, None, None, None], bias * gain + shift
            self.folded.add(follower["name"][0])
        pad, stride = (int(given.get(word, [usual])[0]) for word, usual in (("pad", 0), ("stride", 1)))
        names = [self._tensor(f"{name}_weight", weight), self._tensor(f"{name}_bias", bias)]
        self._node("Conv", [*inputs, *names], name, pads=[pad] * 4, strides=[stride] * 2)

    def _pooling(self, layer: Layer, inputs: list[str]) -> None:
        given = layer["pooling_param"][0]
        side, stride, pad = (
            int(given.get(word, [n])[0]) for word, n in (("kernel_size", 1), ("stride", 1), ("pad", 0))
        )
        kind = {"MAX": "MaxPool", "AVE": "AveragePool"}[given.get("pool", ["MAX"])[0]]
        shape = {"kernel_shape": [side] * 2, "strides": [stride] * 2, "pads": [pad] * 4}
        self._node(kind, inputs, layer["name"][0], ceil_mode=1, **shape)  # Caffe rounds up

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> None:
        parts: list[tuple[int, int | str | bytes]] = [(1, name) for name in inputs]
        parts += [(2, output), (4, kind)]
        for name, value in attributes.items():
            if isinstance(value, int):
                parts.append((5, message((1, name), (3, value), (20, _INT))))
            else:
                parts.append((5, message((1, name), *((8, each) for each in value), (20, _INTS))))
        self.nodes.append(message(*parts))
        self.last = output

    def _tensor(self, name: str, array: FloatImage) -> str:
        sides = [(1, side) for side in array.shape]
        self.tensors.append(message(*sides, (2, _FLOAT), (8, name), (9, array.astype("<f4").tobytes())))
        return name

    def model(self, shape: list[int]) -> bytes:
        graph = message(
            *((1, node) for node in self.nodes),
            (2, "caffe"),
            *((5, tensor) for tensor in self.tensors),
            (11, message((1, "data"), (2, _type(shape)))),
            (12, message((1, self.last), (2, _type([1, 0])))),
        )
        return message((1, _IR), (7, graph), (8, message((2, _OPSET))))


def _type(shape: list[int]) -> bytes:
    sides = [(1, message((1, side)) if side else message((2, "n"))) for side in shape]
    return message((1, message((1, _FLOAT), (2, message(*sides)))))
