"""Which engine a swap asks for, as it stands among a job's options, and what it costs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from swaps.engine.models.identity import USUAL_WEIGHT
from swaps.engine.models.swapper import BOOSTS
from swaps.engine.options import OptionError
from swaps.models import OperatorEngine

from .registry import usable

CLASSIC = "classic"
Finish = Literal["own", "masked", "classic"]
FINISHES: tuple[str, ...] = get_args(Finish)


@dataclass(frozen=True)
class EngineChoice:
    """Whose work a swap is to be.

    Attributes
    ----------
    engine : str
        The name of an operator's swapper, or "classic".
    enhancer : str
        The name of an operator's enhancer of faces that goes over the result, or "".
    finish : "own", "masked" or "classic"
        How a network's face is put into the photo: as its family does it; with the operator's networks for what lies on
        a face; or by the classic engine, with its mask, mouth and light.
    weight : float, 0 to 1
        How much of the person a network gives; 0.5 is as it was trained.
    boost : 1 to 4
        How many times finer than its own size a network's face is made.

    Raises
    ------
    OptionError
    """

    engine: str = CLASSIC
    enhancer: str = ""
    finish: Finish = "own"
    weight: float = USUAL_WEIGHT
    boost: int = 1

    def __post_init__(self) -> None:
        if self.finish not in FINISHES:
            raise OptionError(case="choice", option="finish", choices=", ".join(FINISHES))
        if isinstance(self.weight, bool) or not 0 <= self.weight <= 1:
            raise OptionError(case="share", option="weight")
        if self.boost not in BOOSTS or isinstance(self.boost, bool):
            raise OptionError(case="choice", option="boost", choices=", ".join(map(str, BOOSTS)))


NAMES = frozenset(field.name for field in fields(EngineChoice))


def choice_of(options: Mapping[str, Any]) -> EngineChoice:
    """What a job's options say of its engine; what they leave out has its default."""
    return EngineChoice(**{name: value for name, value in options.items() if name in NAMES})


def to_store(choice: EngineChoice) -> dict[str, Any]:
    """What is written among a job's options: nothing for the classic engine, as before there were others."""
    return {} if choice == EngineChoice() else asdict(choice)


def check_usable(choice: EngineChoice, account: User | None) -> None:
    """DomainError `no_such_engine` where an account may not name what it names; see `usable`."""
    for name, role in ((choice.engine, "swapper"), (choice.enhancer, "enhancer")):
        if name not in {"", CLASSIC}:
            there = list(usable(account, role=role).values_list("name", flat=True))
            if name not in there:
                names = [CLASSIC, *there] if role == "swapper" else there
                raise DomainError("no_such_engine", engine=name[:100], engines=", ".join(names) or "–")


def price_of(name: str) -> int:
    """The price of a face by an engine of the operator's, in points."""
    return OperatorEngine.objects.filter(name=name).values_list("price", flat=True).first() or 0
