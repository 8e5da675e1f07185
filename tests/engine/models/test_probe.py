"""What is looked at before an operator's file may work: in a process that may die, hang or eat memory alone."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from swaps.engine.models.onnx_file import read_onnx
from swaps.engine.models.probe import EngineRefused, judge, probe
from tests.engine.models import standins
from tests.photos import ROOT

LIMITS = {"megabytes": 1500, "seconds": 60.0, "most_megabytes": 50}


def refused(path: Path, *, family: str = "", **limits: float) -> EngineRefused:
    with pytest.raises(EngineRefused) as caught:
        probe(path, family=family, **(LIMITS | limits))  # type: ignore[arg-type]
    assert str(caught.value)
    return caught.value


def test_a_good_network_is_measured(tmp_path: Path) -> None:
    seen = probe(standins.swapper(tmp_path / "inswapper_128.onnx", "inswapper"), **LIMITS)  # type: ignore[arg-type]
    assert (seen.family, seen.provider) == ("inswapper", "CPUExecutionProvider")
    assert seen.ms > 0 and 0 <= seen.megabytes < 500


@pytest.mark.parametrize("size", [512, 1024])
def test_a_network_is_asked_in_the_size_that_it_takes(size: int, tmp_path: Path) -> None:
    file = standins.enhancer(tmp_path / f"gpen_bfr_{size}.onnx", "gpen", size=size)
    assert probe(file, **LIMITS).family == "gpen"  # type: ignore[arg-type]


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "inswapper_128.onnx"
    path.write_bytes(pickle.dumps({"weights": [1, 2, 3]}))
    assert refused(path).case == "pickle"


@pytest.mark.parametrize("kept", [0, 1, 40, 500])
def test_what_is_cut_off_is_no_network(tmp_path: Path, kept: int) -> None:
    path = standins.swapper(tmp_path / "inswapper_128.onnx", "inswapper")
    path.write_bytes(path.read_bytes()[:kept])
    assert refused(path).case == "not_onnx"


def test_any_bytes_are_refused_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    whole = standins.converter(tmp_path / "crossface_ghost.onnx").read_bytes()
    random = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(whole)
        for at in random.integers(0, len(damaged), 3):
            damaged[at] = random.integers(256)
        path.write_bytes(damaged)
        try:
            judge(path, most_megabytes=50)
        except EngineRefused as error:
            assert error.case in {"not_onnx", "unknown_family", "operators", "external", "pickle"}


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "inswapper_128.onnx"
    with path.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    assert refused(path).case == "too_large"


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    path = standins.enhancer(tmp_path / "inner.onnx", "gfpgan")
    model = onnx.load(str(path))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(4096, np.float32), "more"))
    outer = tmp_path / "gfpgan_1.4.onnx"
    onnx.save(model, str(outer), save_as_external_data=True, location="weights.bin", size_threshold=1)
    assert refused(outer).case == "external"


def test_operators_of_strangers_are_refused(tmp_path: Path) -> None:
    nodes = [helper.make_node("Shell", ["input"], ["output"], domain="com.stranger")]
    path = standins.save(tmp_path / "crossface_x.onnx", nodes, {"input": (1, 512)}, {"output": (1, 512)})
    assert read_onnx(path).domains == {"com.stranger"}
    assert refused(path).case == "operators"


def test_what_no_family_takes_is_named(tmp_path: Path) -> None:
    nodes = [helper.make_node("Neg", ["a"], ["b"])]
    path = standins.save(tmp_path / "thing.onnx", nodes, {"a": (1, 7)}, {"b": (1, 7)})
    assert refused(path).case == "unknown_family"
    assert refused(path, family="inswapper").case == "other_family"


def test_a_wrong_shape_is_said_in_words(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMean", ["source"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("Add", ["target", "mean"], ["sum"]),
        helper.make_node("ReduceMean", ["sum"], ["output"], axes=[1], keepdims=1),
    ]
    square = (1, 3, 256, 256)
    inputs = {"target": square, "source": (1, 512)}
    path = standins.save(tmp_path / "hyperswap_1a.onnx", nodes, inputs, {"output": (1, 1, 256, 256)})
    error = refused(path)
    assert error.case == "shape" and "(1, 256, 256)" in str(error)


def test_numbers_that_are_none_are_noticed(tmp_path: Path) -> None:
    nodes = [helper.make_node("Log", ["input"], ["output"])]  # of what is negative
    path = standins.save(tmp_path / "crossface_x.onnx", nodes, {"input": (1, 512)}, {"output": (1, 512)})
    assert refused(path).case == "nan"


def test_two_answers_to_one_question_are_noticed(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("RandomNormalLike", ["input"], ["noise"]),
        helper.make_node("Add", ["input", "noise"], ["output"]),
    ]
    path = standins.save(tmp_path / "crossface_x.onnx", nodes, {"input": (1, 512)}, {"output": (1, 512)})
    assert refused(path).case == "not_deterministic"


def loops(path: Path, *, grows: bool) -> Path:
    """A network that goes round for ever, or doubles what it holds each time round."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes"]),
            helper.make_node("Concat", ["held", "held"], ["more"], axis=1)
            if grows
            else helper.make_node("Sin", ["held"], ["more"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", onnx.TensorProto.INT64, ()),
            helper.make_tensor_value_info("going", onnx.TensorProto.BOOL, ()),
            helper.make_tensor_value_info("held", standins.FLOAT, (1, None)),
        ],
        [
            helper.make_tensor_value_info("goes", onnx.TensorProto.BOOL, ()),
            helper.make_tensor_value_info("more", standins.FLOAT, (1, None)),
        ],
    )
    nodes = [
        helper.make_node("Loop", ["turns", "yes", "input"], ["end"], body=body),
        helper.make_node("Slice", ["end", "from", "to", "axis"], ["output"]),
    ]
    initial: standins.Initial = {
        "turns": np.array(10**15, np.int64),
        "from": np.array([0], np.int64),
        "to": np.array([512], np.int64),
        "axis": np.array([1], np.int64),
    }
    made = standins.save(path, nodes, {"input": (1, 512)}, {"output": (1, 512)}, initial)
    model = onnx.load(str(made))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(True), "yes"))
    onnx.save(model, str(made))
    return made


@pytest.mark.long
def test_a_network_that_hangs_is_stopped(tmp_path: Path) -> None:
    assert refused(loops(tmp_path / "crossface_x.onnx", grows=False), seconds=4).case in {"slow", "died"}


def test_a_network_that_eats_memory_ends_alone(tmp_path: Path) -> None:
    assert refused(loops(tmp_path / "crossface_x.onnx", grows=True), megabytes=300).case == "died"


def test_the_look_has_none_of_the_sites_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "kept")
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def watched(*arguments: object, **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return real(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    probe(standins.converter(tmp_path / "crossface_ghost.onnx"), **LIMITS)  # type: ignore[arg-type]
    assert seen and "SECRET_KEY" not in seen[0]


def test_a_process_without_a_network_of_an_operator_loads_no_runtime() -> None:
    """It takes 40 MB and a fifth of a second."""
    code = (
        "import sys, swaps.engine.models.swapper, swaps.engine.models.enhancer; sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False).returncode == 0
