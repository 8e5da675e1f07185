"""What a person may adjust about a swap, as fields of a form."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .engine import SwapOptions

PLAIN = SwapOptions()


def _percent(share: float) -> int:
    return round(share * 100)


class PercentField(forms.IntegerField):
    """0 to 100 as a slider."""

    def __init__(self, **kwargs: Any) -> None:
        slider = forms.NumberInput(attrs={"type": "range", "step": 5})
        super().__init__(min_value=0, max_value=100, required=False, widget=slider, **kwargs)


class OptionForm(forms.Form):
    """The options of a swap. Without the mark `adjusted`, as from a plain script, the defaults hold.

    The mark is needed because a box that is not ticked and a box that was never shown arrive alike.
    """

    adjusted = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    strength = PercentField(label=_("How much of the new face"), initial=_percent(PLAIN.strength))
    face_shape = PercentField(label=_("How much of its shape"), initial=_percent(PLAIN.face_shape))
    mouth = forms.ChoiceField(
        label=_("Teeth in an open mouth"),
        required=False,
        initial=PLAIN.mouth,
        choices=[
            ("auto", _("Whichever fits")),
            ("face", _("From the face photo")),
            ("target", _("From the photo to change")),
        ],
    )
    blend = forms.ChoiceField(
        label=_("How the edge is blended"),
        required=False,
        initial=PLAIN.blend,
        choices=[
            ("feather", _("Soft edge")),
            ("pyramid", _("Coarse and fine parts apart")),
            ("poisson", _("Light flows across the edge")),
        ],
    )
    forehead = forms.BooleanField(label=_("Change the forehead too"), required=False, initial=PLAIN.forehead)
    match_colour = forms.BooleanField(label=_("Take on its colour and light"), required=False, initial=True)
    match_detail = forms.BooleanField(label=_("Take on its sharpness and grain"), required=False, initial=True)
    label = forms.BooleanField(label=_("Write “Made with AI” in a corner"), required=False, initial=False)

    def option_fields(self) -> list[forms.BoundField]:
        settled = {"adjusted"} | ({"label"} if settings.REQUIRE_LABEL else set())
        return [self[name] for name in OptionForm.base_fields if name not in settled]

    def swap_options(self) -> SwapOptions:
        cleaned = self.cleaned_data
        if not cleaned.get("adjusted"):
            return PLAIN
        shares = {name: cleaned[name] / 100 for name in ("strength", "face_shape") if cleaned[name] is not None}
        choices = {name: cleaned[name] for name in ("mouth", "blend") if cleaned[name]}
        switches = {name: cleaned[name] for name in ("forehead", "match_colour", "match_detail")}
        return SwapOptions(**shares, **choices, **switches)

    def wants_label(self) -> bool:
        return bool(self.cleaned_data.get("label"))
