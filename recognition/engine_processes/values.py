"""Calls and their results as bytes. What comes back was made of a stranger's photo, so it is read with suspicion.

A process that a photo took over could answer anything. Results may hold plain values, numpy's arrays and the values of
our own packages, which are dataclasses and do nothing when they are made; a name of anything else is refused.
"""

import io
import pickle
import sys
from dataclasses import is_dataclass
from typing import Any

from faceswap_site.lib.errors import DomainError

OWN = ("recognition.", "swaps.")
NUMPY = {
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}


class _Results(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in NUMPY:
            return super().find_class(module, name)
        # Nothing is imported because an answer names it.
        found = getattr(sys.modules.get(module), name, None) if module.startswith(OWN) else None
        if not (isinstance(found, type) and is_dataclass(found)):
            raise pickle.UnpicklingError(f"an engine process answered with {module}.{name}")
        return found


def packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def result_of(data: bytes) -> Any:
    """What an engine process answered. Raises pickle.UnpicklingError for what is no result."""
    return _Results(io.BytesIO(data)).load()


def told(error: DomainError) -> dict[str, Any]:
    """An error as a header, to be made again by `error_of`."""
    return {"error": str(error), "type": type(error).__name__, "code": error.code, "case": error.case} | {
        "details": error.details
    }


def error_of(header: dict[str, Any]) -> DomainError:
    """The error that an engine process met, of the class it had there."""
    error = DomainError.__new__(_class_of(header["type"]))
    DomainError.__init__(error, header["code"], case=header["case"], **header["details"])
    return error


def _class_of(name: str) -> type[DomainError]:
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        one = waiting.pop()
        if one.__name__ == name:
            return one
        waiting += one.__subclasses__()
    return DomainError
