"""The forms of the studio."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine.types import Box
from recognition.photos.fields import ACCEPTED, AddressField, PhotoField, SeveralPhotosField, title_of
from recognition.photos.intake import PhotoInput
from recognition.photos.reading import decode_upload
from swaps.clip_jobs.intake import ACCEPTED_CLIPS
from swaps.engine import SwapOptions
from swaps.engines.choice import EngineChoice
from swaps.engines.registry import usable
from swaps.jobs.submission import FaceInput
from swaps.models import OperatorEngine

from .shown_faces import read_box
from .sources import PHOTOS_OF_ONE, StudioPhotos, known_face_inputs, sample_names

# Faces of one photo that the studio counts, and how many of them may change in one swap.
MOST_COUNTED = 100
MOST_PLANNED = 32
PLAIN = SwapOptions()
# The fields for the operator's engines: which of them, the question, and the answer that stands for none of them.
ENGINE_FIELDS = {
    "engine": ("swapper", _("Which engine"), _("The site's own")),
    "enhancer": ("enhancer", _("Restored afterwards by"), _("Nothing")),
}


class FacesForm(StudioPhotos, forms.Form):
    """A photo to look for faces on, or several of one person, from any of the places the studio takes photos from."""

    role = forms.ChoiceField(choices=[("face", "face"), ("target", "target")])
    photo = SeveralPhotosField(name_in_sentences="photo", required=False, most=PHOTOS_OF_ONE)
    sample = forms.CharField(required=False)
    known = forms.CharField(required=False)
    face_from = forms.CharField(required=False)
    target_from = forms.CharField(required=False)
    target_part = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or cleaned.get("photo"):
            return cleaned
        role = cleaned["role"]
        chosen = cleaned | {f"{role}_sample": cleaned["sample"], "face_known": cleaned["known"]}
        faces = [] if role == "target" else self.chosen_faces(chosen)
        found = self.chosen_target(chosen) if role == "target" else next((face.photo for face in faces), None)
        if found is None:
            self.add_error("photo", _("Choose a photo."))
        else:
            cleaned["photo"] = [found.photo]
        return cleaned


def priced(engine: OperatorEngine) -> str:
    """An engine's name with the price of a face."""
    points = ngettext("%(n)d point a face", "%(n)d points a face", engine.price) % {"n": engine.price}
    return f"{engine.name} · {points}"


def _percent(share: float) -> int:
    return round(share * 100)


class PercentField(forms.IntegerField):
    """0 to 100 as a slider."""

    def __init__(self, **kwargs: Any) -> None:
        slider = forms.NumberInput(attrs={"type": "range", "step": 5})
        super().__init__(min_value=0, max_value=100, required=False, widget=slider, **kwargs)


class OptionForm(forms.Form):
    """The options of a swap. Without the mark `adjusted`, as from a plain script, only the preset counts.

    The mark is needed because a box that is not ticked and a box that was never shown arrive alike.
    """

    preset = forms.ChoiceField(
        label=_("What matters more"),
        required=False,
        initial=PLAIN.preset,
        widget=forms.RadioSelect,
        choices=[
            ("natural", _("Natural – keeps more of the photo, looks most real")),
            ("balanced", _("Balanced – between the two")),
            ("likeness", _("Likeness – most like the face photo")),
        ],
    )
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
        """What can be adjusted one by one."""
        settled = {"adjusted", "preset"} | ({"label"} if settings.REQUIRE_LABEL else set())
        return [self[name] for name in OptionForm.base_fields if name not in settled]

    def swap_options(self) -> SwapOptions:
        cleaned = self.cleaned_data
        preset = {"preset": cleaned["preset"]} if cleaned["preset"] else {}
        if not cleaned.get("adjusted"):
            return SwapOptions(**preset)
        shares = {name: cleaned[name] / 100 for name in ("strength", "face_shape") if cleaned[name] is not None}
        choices = {name: cleaned[name] for name in ("mouth", "blend") if cleaned[name]}
        switches = {name: cleaned[name] for name in ("forehead", "match_colour", "match_detail")}
        return SwapOptions(**preset, **shares, **choices, **switches)

    def wants_label(self) -> bool:
        return bool(self.cleaned_data.get("label"))


class HowForm(StudioPhotos, OptionForm):
    """How faces are swapped: the options, and which of the operator's engines the account may name does it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = list(usable(self.owner))
        for name, (role, label, none) in ENGINE_FIELDS.items():
            if engines := [engine for engine in there if engine.role == role]:
                offered = [("", none), *((engine.name, priced(engine)) for engine in engines)]
                self.fields[name] = forms.ChoiceField(
                    label=label, choices=offered, required=False, widget=forms.RadioSelect
                )

    def engine_fields(self) -> list[forms.BoundField]:
        """The operator's engines and enhancers, where there are any for this person."""
        return [self[name] for name in ENGINE_FIELDS if name in self.fields]

    def engine_choice(self) -> EngineChoice:
        # One that is no longer offered is named all the same, and refused: nothing stands in for it unasked.
        named: dict[str, Any] = {name: self.data[name] for name in ENGINE_FIELDS if self.data.get(name)}
        return EngineChoice(**named)


class SwapForm(HowForm):
    """A face photo, or several of one person, and a photo to change, from any of the places the studio knows."""

    field_order = ("face", "target")
    face = SeveralPhotosField(label=_("Face photo"), name_in_sentences="face photo", required=False, most=PHOTOS_OF_ONE)
    target = PhotoField(label=_("Photo to change"), name_in_sentences="photo to change", required=False)
    face_url = AddressField(label=_("Address of a face photo"), required=False)
    target_url = AddressField(label=_("Address of a photo to change"), required=False)
    face_sample = forms.ChoiceField(required=False, choices=sample_names)
    target_sample = forms.ChoiceField(required=False, choices=sample_names)
    face_known = forms.CharField(required=False)
    face_from = forms.UUIDField(required=False, widget=forms.HiddenInput)
    target_from = forms.UUIDField(required=False, widget=forms.HiddenInput)
    target_part = forms.ChoiceField(
        required=False, choices=[("target", "target"), ("result", "result")], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].widget.attrs["accept"] = f"{ACCEPTED},{ACCEPTED_CLIPS}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "face" not in self.errors:
            faces = self.chosen_faces(cleaned)
            if not faces and not self._only_others():
                self.add_error("face", _("Choose a face photo."))
            cleaned["faces"] = self._plan(faces)
            if self._nobody_changes():
                self.add_error(None, _("Everybody stays as they are. Choose at least one face that changes."))
        if "target" not in self.errors:
            cleaned["target"] = self.chosen_target(cleaned)
            if cleaned["target"] is None and "target_url" not in self.errors:
                self.add_error("target", _("Choose a photo to change."))
        return cleaned

    def _uses(self) -> list[tuple[int, str]]:
        """What happens to each face of a group: "face" (the face photo), "other" (an upload) or a known face."""
        uses = ((index, self.data.get(f"use_{index}", "")) for index in range(MOST_COUNTED))
        return [(index, use) for index, use in uses if use]

    def _nobody_changes(self) -> bool:
        """Whether there is a plan, and it says of every face that it stays. Without a plan the largest face changes."""
        return any(f"use_{index}" in self.data for index in range(MOST_COUNTED)) and not self._uses()

    def _only_others(self) -> bool:
        uses = {use for _index, use in self._uses()}
        return bool(uses) and "face" not in uses

    def _plan(self, faces: list[FaceInput]) -> list[FaceInput]:
        """Which photo goes on which face of a group; without a plan, the face photo goes on the largest."""
        plan: list[FaceInput] = []
        uses = self._uses()
        if len(uses) > MOST_PLANNED:
            raise forms.ValidationError(_("At most %(n)d faces change in one swap.") % {"n": MOST_PLANNED})
        for index, use in uses:
            chosen = faces if use == "face" else self._other(index) if use == "other" else self._known(index, use)
            plan += [replace(face, index=index, box=self._box(index)) for face in chosen]
        return plan or faces

    def _box(self, index: int) -> Box | None:
        """Where the person saw this face outlined; none from a script that knows only numbers."""
        sent = self.data.get(f"box_{index}")
        if not sent:
            return None
        box = read_box(sent)
        if box is None:
            raise forms.ValidationError(_("The chosen faces did not arrive. Choose the photo to change once more."))
        return box

    def _known(self, index: int, name: str) -> list[FaceInput]:
        found = known_face_inputs(self.owner, name)
        if not found:
            raise forms.ValidationError(_("The photo for face %(n)d is gone. Choose another.") % {"n": index + 1})
        return found

    def _other(self, index: int) -> list[FaceInput]:
        file = self.files.get(f"face_{index}")
        if file is None:
            raise forms.ValidationError(_("Choose a photo for face %(n)d.") % {"n": index + 1})
        try:
            return [
                FaceInput(PhotoInput(decode_upload(file, name=f"photo for face {index + 1}"), title=title_of(file)))
            ]
        except DomainError as error:
            raise forms.ValidationError(spoken(error), code=error.code) from error

    def target_input(self) -> PhotoInput:
        chosen: PhotoInput = self.cleaned_data["target"]
        return chosen

    def face_inputs(self) -> list[FaceInput]:
        return list(self.cleaned_data["faces"])
