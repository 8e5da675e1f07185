"""Each of the operator's engines that is on, beside the classic engine; and what an accelerator at hand can do.

    python -m tests.bench.engines

Needs a site's settings and database (DATA_DIR), where the engines are. The stand-in of inswapper's size takes 175
GFLOP a face at 128 pixels; a provider that runs on the CPU is not asked.
"""

import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import django
import numpy as np
import onnxruntime
from django.db import DatabaseError
from onnx import helper

from tests.engine.models.standins import Initial, save

# 3 × 3 convolutions of 1024 channels on 32 × 32: 2 × 9 × 1024² × 1024 operations each, so nine make 174 GFLOP.
LAYERS, CHANNELS, SIDE = 9, 1024, 32
FACES = 64
ON_THE_CPU = {"CPUExecutionProvider", "AzureExecutionProvider"}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def engines_that_are_on() -> None:
    from swaps.engines.registry import usable  # as above
    from swaps.engines.self_test import compared  # needs Django's settings

    try:
        engines = list(usable(None, role="swapper"))
    except DatabaseError:
        engines = []
    for engine in engines:
        for one in compared(engine):
            provider = engine.probe.get("provider", "")
            own = asdict(one.network) if one.network else "no face found"
            say(f"{engine.name} on {provider}: {one.face} on {one.target}: {own}; classic {asdict(one.classic)}")
    if not engines:
        say("engines: none is on in this site's database")


def as_large_as_inswapper(path: Path) -> Path:
    weights = np.random.default_rng(0).normal(0, 0.01, (CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    initial: Initial = {"w": weights}
    nodes = [
        helper.make_node("Conv", ["x" if n == 0 else f"x{n}", "w"], [f"x{n + 1}"], pads=[1, 1, 1, 1])
        for n in range(LAYERS)
    ]
    shape = (1, CHANNELS, SIDE, SIDE)
    return save(path, nodes, {"x": shape}, {f"x{LAYERS}": shape}, initial)


def accelerator() -> None:
    providers = [name for name in onnxruntime.get_available_providers() if name not in ON_THE_CPU]
    if not providers:
        say("accelerator: none at hand, so faces a second of inswapper's size are not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = as_large_as_inswapper(Path(folder, "large.onnx"))
        session = onnxruntime.InferenceSession(str(file), providers=providers)
    face = {"x": np.zeros((1, CHANNELS, SIDE, SIDE), np.float32)}
    session.run(None, face)
    started = time.perf_counter()
    for _ in range(FACES):
        session.run(None, face)
    rate = FACES / (time.perf_counter() - started)
    say(f"accelerator: {session.get_providers()[0]}, {rate:.0f} faces a second of inswapper's size")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faceswap_site.settings")
    django.setup()
    engines_that_are_on()
    accelerator()
