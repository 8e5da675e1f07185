"""What a person may set about a swap; the defaults are what measured and looked best."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from faceswap_site.lib.errors import DomainError

from .presets import BY_NAME, PRESETS, Preset, PresetName

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Blend = Literal["feather", "pyramid", "poisson"]
Mouth = Literal["auto", "face", "target"]

BLENDS: tuple[str, ...] = get_args(Blend)
MOUTHS: tuple[str, ...] = get_args(Mouth)


class OptionError(DomainError):
    """An option has a value outside its range."""

    code = "bad_option"


@dataclass(frozen=True)
class SwapOptions:
    """How a swap is made.

    Attributes
    ----------
    blend : "feather", "pyramid" or "poisson"
        How the new face meets the photo.
    strength : float, 0 to 1
        How much of the new face shows; 0 leaves the photo as it is.
    face_shape : float, 0 to 1
        How much of the face photo's proportions come along (distances of eyes, brows, nose, mouth); 0 keeps the
        target's own.
    mouth : "auto", "face" or "target"
        Whose teeth and tongue show in an open mouth. "auto" takes the target's where the face photo has none to give.
    forehead : bool
        Whether the forehead above the brows changes too, as far as it is skin in both photos.
    preset : "natural", "balanced" or "likeness"
        How much stays the photo's: folds, lips, beard and the skin's own texture. `presets.Preset` tells what each is.
    match_colour : bool
        Whether the new face takes on the photo's colour and light.
    match_detail : bool
        Whether sharpness and grain of the new face follow the photo's.

    Raises
    ------
    OptionError
        From the constructor, naming the option and its range.
    """

    blend: Blend = "feather"
    strength: float = 1.0
    face_shape: float = 0.45
    mouth: Mouth = "auto"
    forehead: bool = True
    match_colour: bool = True
    match_detail: bool = True
    preset: PresetName = "balanced"

    def __post_init__(self) -> None:
        for option, choices in (("blend", BLENDS), ("mouth", MOUTHS), ("preset", PRESETS)):
            _check_choice(option, getattr(self, option), choices)
        for option in ("strength", "face_shape"):
            _check_share(option, getattr(self, option))
        check_flags(self)

    @property
    def keeps(self) -> Preset:
        """What the preset leaves the photo."""
        return BY_NAME[self.preset]


def check_flags(options: "DataclassInstance") -> None:
    """Raise OptionError where an option that is true or false by default is neither."""
    for field in fields(options):
        if isinstance(field.default, bool) and not isinstance(getattr(options, field.name), bool):
            raise OptionError(case="switch", option=field.name)


def _check_choice(option: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise OptionError(case="choice", option=option, choices=", ".join(choices))


def _check_share(option: str, value: Any) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    # The comparison is written so that NaN fails it.
    if not number or not 0 <= value <= 1:
        raise OptionError(case="share", option=option)
