"""The engine can be used without Django and without loading a model."""

import subprocess
import sys

from tests.photos import ROOT


def test_importing_the_engine_imports_neither_django_nor_the_models() -> None:
    code = (
        "import sys, swaps.engine, recognition.engine;"
        "assert 'django' not in sys.modules;"
        "assert 'face_recognition_models' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
