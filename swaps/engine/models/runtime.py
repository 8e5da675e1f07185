"""Sessions of onnxruntime: loaded once a process, with bounded threads, let go when nobody has asked for a while."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import numpy as np

from .onnx_file import OnnxFile, read_onnx

# As many as a worker may take; a host has several workers.
THREADS = 1
IDLE_SECONDS = 300.0
# Those that run elsewhere than where the operator put the site are never taken.
_ORDER = (
    "CUDAExecutionProvider",
    "ROCMExecutionProvider",
    "MIGraphXExecutionProvider",
    "CoreMLExecutionProvider",
    "OpenVINOExecutionProvider",
    "DmlExecutionProvider",
    "CPUExecutionProvider",
)


class WrongAnswer(Exception):
    """A network gave numbers that are none, or of another shape than its family's."""


@dataclass(eq=False)
class Network:
    """A loaded network.

    Attributes
    ----------
    provider : str
        The one that really runs it: where onnxruntime can't use a better one, it falls back in silence.
    """

    session: Any
    file: OnnxFile
    provider: str
    used: float = field(default_factory=time.monotonic)

    @property
    def inputs(self) -> list[str]:
        return [value.name for value in self.session.get_inputs()]

    @property
    def side(self) -> int:
        """Of the square picture that it says it takes, in pixels; 0 where it takes any."""
        shapes = [value.shape for value in self.session.get_inputs() if len(value.shape) == 4]
        sides = [side for shape in shapes[:1] for side in shape[1:] if isinstance(side, int) and side > 3]
        return sides[0] if sides else 0

    def feed(self, inputs: dict[str, Any]) -> list[Any]:
        """Run the network on its inputs by name, each cast to the number that it asks for.

        Raises
        ------
        WrongAnswer
            Where an output holds numbers that are none.
        """
        kinds = {value.name: _kind(value.type) for value in self.session.get_inputs()}
        outputs = self.session.run(None, {name: np.asarray(given, kinds[name]) for name, given in inputs.items()})
        self.used = time.monotonic()
        if not all(np.isfinite(output).all() for output in outputs):
            raise WrongAnswer("the network gave numbers that are none")
        return [np.asarray(output, np.float32) for output in outputs]


_networks: dict[Path, Network] = {}
_loading = Lock()
_timer: Timer | None = None


def network(path: Path, *, providers: Sequence[str] | None = None) -> Network:
    """The network of a file, loaded when it is first asked for in this process."""
    with _loading:
        held = _networks.get(path)
        if held is None:
            held = _networks[path] = load(path, providers=providers)
            _watch()
        held.used = time.monotonic()
        return held


def load(path: Path, *, providers: Sequence[str] | None = None) -> Network:
    """Load a network anew.

    Raises
    ------
    NotOnnx, RuntimeError
        The latter from onnxruntime, in its words.
    """
    # 0.2 s and 40 MB, for those alone who brought a network.
    import onnxruntime

    file = read_onnx(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("ENGINE_THREADS", THREADS))
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # or what a large face took stays for good
    there = set(onnxruntime.get_available_providers())
    chosen = [name for name in (providers or _ORDER) if name in there] or ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(str(path), options, providers=chosen)
    return Network(session, file, session.get_providers()[0])


def let_go(*, idle_for: float = 0.0) -> int:
    """Unload the networks that nobody has asked for in so many seconds; how many are left."""
    with _loading:
        for path, held in list(_networks.items()):
            if time.monotonic() - held.used >= idle_for:
                del _networks[path]
        return len(_networks)


def _watch() -> None:
    global _timer
    if _timer is None or not _timer.is_alive():
        _timer = Timer(IDLE_SECONDS / 4, _look)
        _timer.daemon = True
        _timer.start()


def _look() -> None:
    global _timer
    _timer = None
    if let_go(idle_for=IDLE_SECONDS):
        _watch()


def _kind(name: str) -> Any:
    """NumPy's type for onnxruntime's "tensor(float)" and its like."""
    kinds = {"float": np.float32, "float16": np.float16, "double": np.float64, "int64": np.int64, "uint8": np.uint8}
    return kinds[name.removeprefix("tensor(").removesuffix(")")]
