"""A look at an operator's file before it may work: in a process of its own, without the site's secrets, and bounded.

`python -m swaps.engine.models.probe FILE FAMILY MEGABYTES SECONDS` is that process; it prints one line of JSON.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from faceswap_site.lib.errors import DomainError
from recognition.engine.types import FloatImage

from .enhancer import USUAL_WEIGHT, upscaled
from .families import FAMILIES, Family, family_of, fits
from .identity import LENGTH
from .onnx_file import STANDARD, NotOnnx, OnnxFile, read_onnx
from .runtime import Network, WrongAnswer, load
from .squares import from_planes
from .swapper import USUAL_DEEP_FACE

MEGABYTE = 1024 * 1024
_PICKLES = (b"\x80", b"PK\x03\x04")  # as torch.save writes them: opening one runs whatever stands in it
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_ROOT = Path(__file__).resolve().parents[3]
_PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CUDA_VISIBLE_DEVICES")


class EngineRefused(DomainError):
    """A file can't be an engine here."""

    code = "engine_refused"


@dataclass(frozen=True)
class ProbeReport:
    """What was seen of a network.

    Attributes
    ----------
    provider : str
        The one that really ran it.
    ms : float
        Of one run after the first, for one face.
    megabytes : int
        What the process took beyond what it takes without a network.
    """

    family: str
    provider: str
    ms: float
    megabytes: int


def judge(path: Path, *, family: str = "", most_megabytes: int) -> tuple[str, OnnxFile]:
    """Judge a file without loading it; the name of its family, and what it says of itself.

    Parameters
    ----------
    family : str
        Which the operator says it is of, where it can't be told.

    Raises
    ------
    EngineRefused
    """
    if path.stat().st_size > most_megabytes * MEGABYTE:
        raise EngineRefused(case="too_large", limit=most_megabytes)
    with path.open("rb") as content:
        if content.read(4).startswith(_PICKLES):
            raise EngineRefused(case="pickle")
    try:
        file = read_onnx(path)
    except NotOnnx as error:
        raise EngineRefused(case="not_onnx") from error
    if file.external:
        raise EngineRefused(case="external")
    if strange := sorted(file.domains - STANDARD):
        raise EngineRefused(case="operators", domains=", ".join(strange))
    if family and not fits(family, FAMILIES[family], file):
        raise EngineRefused(case="other_family", family=FAMILIES[family].title)
    name = family or family_of(path.stem, file)
    if not name:
        raise EngineRefused(case="unknown_family")
    return name, file


def probe(path: Path, *, family: str = "", megabytes: int, seconds: float, most_megabytes: int) -> ProbeReport:
    """Judge a file, then load and run it twice in a process that may take so many megabytes and seconds.

    Raises
    ------
    EngineRefused
    """
    name, _ = judge(path, family=family, most_megabytes=most_megabytes)
    command = [sys.executable, "-m", __spec__.name, str(path), name, str(megabytes), str(int(seconds))]
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    try:
        done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineRefused(case="slow", seconds=int(seconds)) from error
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise EngineRefused(case="died", megabytes=megabytes) from error
    if "case" in answer:
        raise EngineRefused(**answer)
    return ProbeReport(**answer)


# The process

PICTURE = 64  # of what is asked of an upscaler


def _drawn(size: int) -> FloatImage:
    """A soft pattern, (3, size, size) float32 from 0 to 1: the same each time, and no face of anybody."""
    x, y = np.meshgrid(np.linspace(0, 1, size, dtype=np.float32), np.linspace(0, 1, size, dtype=np.float32))
    return np.stack([x, y, (x + y) / 2])


def _embedding() -> FloatImage:
    return np.sin(np.arange(LENGTH, dtype=np.float32))[None]


def _run_once(name: str, family: Family, network: Network) -> FloatImage:
    """One run by the family's contract; its output."""
    if name == "dfm":
        return _deep_face(network)
    size = family.size or network.side or 512
    planes = (_drawn(size) - np.reshape(family.mean, (3, 1, 1))) / np.reshape(family.std, (3, 1, 1))
    runs: dict[str, Callable[[], FloatImage]] = {
        "swapper": lambda: network.feed({"target": planes[None], "source": _source(family)})[0],
        "embedder": lambda: network.feed({network.inputs[0]: planes[None]})[0],
        "converter": lambda: network.feed({network.inputs[0]: _embedding()})[0],
        "enhancer": lambda: network.feed(
            {"input": planes[None]} | ({"weight": np.array([USUAL_WEIGHT])} if name == "codeformer" else {})
        )[0],
        "occluder": lambda: network.feed({network.inputs[0]: _drawn(size).transpose(1, 2, 0)[None]})[0],
        "parser": lambda: network.feed({network.inputs[0]: planes[None]})[0],
        "upscaler": lambda: upscaled(np.full((PICTURE, PICTURE, 3), 128, np.uint8), network),
    }
    output = runs[family.role]()
    if family.role in {"swapper", "enhancer"}:
        from_planes(output[0], (size, size), signed=family.signed)
    elif family.role in {"embedder", "converter"} and output.size != LENGTH:
        raise WrongAnswer(f"the network gave {output.size} numbers instead of {LENGTH}")
    return output


def _source(family: Family) -> FloatImage:
    return _drawn(family.picture_size)[None] if family.identity == "picture" else _embedding()


def _deep_face(network: Network) -> FloatImage:
    size = network.side or USUAL_DEEP_FACE
    inputs = {"in_face:0": _drawn(size).transpose(1, 2, 0)[None]}
    if "morph_value:0" in network.inputs:
        inputs["morph_value:0"] = np.array([0.5], np.float32)
    face: FloatImage = network.feed(inputs)[1]
    return face


def _looked_at(path: Path, name: str) -> ProbeReport:
    before = _held() // MEGABYTE
    network = load(path)
    first = _run_once(name, FAMILIES[name], network)
    started = time.perf_counter()
    second = _run_once(name, FAMILIES[name], network)
    ms = (time.perf_counter() - started) * 1000
    if first.shape != second.shape or float(np.abs(first - second).max()) > 1e-3:
        raise EngineRefused(case="not_deterministic")
    return ProbeReport(name, network.provider, round(ms, 1), max(0, _most_held() // MEGABYTE - before))


def _held(column: int = 1) -> int:
    """Bytes of memory that this process holds; those of its addresses with column 0 (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[column]) * os.sysconf("SC_PAGE_SIZE")


def _most_held() -> int:
    """The most bytes of memory that this program has held; ru_maxrss would be the most of whoever started it, too."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def _bound(megabytes: int, seconds: int) -> None:
    """No more memory and processor than this, no core dump, and no network where the system lets us leave it."""
    # Its own libraries are no part of what a network may take.
    import onnxruntime

    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():  # CUDA reserves far more than it uses
        resource.setrlimit(resource.RLIMIT_AS, (_held(0) + megabytes * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


def main() -> None:
    """Look at the file named on the command line, and print what was seen, or why it is refused."""
    path, name, megabytes, seconds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    cv2.setNumThreads(1)
    _bound(megabytes, seconds)
    try:
        answer: dict[str, object] = asdict(_looked_at(path, name))
    except EngineRefused as refused:
        answer = {"case": refused.case}
    except WrongAnswer as error:
        answer = {"case": "nan" if "none" in str(error) else "shape", "why": str(error)}
    except MemoryError:
        answer = {"case": "died", "megabytes": megabytes}
    except Exception as error:  # onnxruntime's have no common type of their own
        memory = any(word in str(error).lower() for word in ("bad_alloc", "bad alloc", "memory"))
        answer = {"case": "died", "megabytes": megabytes} if memory else {"case": "shape", "why": str(error)[:300]}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
