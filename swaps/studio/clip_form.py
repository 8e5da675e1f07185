"""The form of a clip whose people were found: which face goes onto whom, which part, and into what."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.photos.fields import PhotoField, title_of
from recognition.photos.intake import PhotoInput
from swaps.clip_jobs.outputs import OUTPUTS
from swaps.clip_jobs.services import SubmitClip
from swaps.jobs.submission import Callback, FaceInput
from swaps.models import SwapClip

from .forms import OptionForm
from .sources import known_face_inputs

NAMES = {"mp4": "MP4", "webm": "WebM", "mov": "MOV", "gif": "GIF", "webp": "WebP", "png": "PNG", "avif": "AVIF"}


class ClipForm(OptionForm):
    """Of each person a photo (`face_N`) or a face that the account has already (`known_N`); neither: they stay."""

    begin = forms.FloatField(label=_("The part begins at"), required=False, min_value=0)
    end = forms.FloatField(label=_("The part ends at"), required=False, min_value=0)
    output = forms.ChoiceField(label=_("Kind of file"), required=False)

    def __init__(self, *args: Any, owner: User, clip: SwapClip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner, self.clip = owner, clip
        self.people: list[dict[str, Any]] = clip.people or []
        for field in ("begin", "end"):
            self.fields[field].widget.attrs |= {"step": "0.1", "max": f"{clip.duration:.1f}"}
        kinds = list(OUTPUTS) if not clip.is_film else ["mp4", "webm", "gif"]
        choice = self.fields["output"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("As it suits the clip")), *((kind, NAMES[kind]) for kind in kinds)]
        for number in range(len(self.people)):
            self.fields[f"face_{number}"] = PhotoField(name_in_sentences="face photo", required=False)
            self.fields[f"known_{number}"] = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["faces"] = [face for number in range(len(self.people)) for face in self._faces(number, cleaned)]
        except DomainError as error:
            raise forms.ValidationError(spoken(error), code=error.code) from error
        if not cleaned["faces"] and not self.errors:
            self.add_error(None, _("Everybody stays as they are. Choose a face photo for at least one person."))
        return cleaned

    def _faces(self, number: int, cleaned: dict[str, Any]) -> list[FaceInput]:
        photo = cleaned.get(f"face_{number}")
        if photo is not None:
            file: Any = self.files[f"face_{number}"]
            return [FaceInput(PhotoInput(photo, title=title_of(file)), index=number)]
        known = known_face_inputs(self.owner, cleaned.get(f"known_{number}") or "")
        return [FaceInput(one.photo, index=number, person=one.person, fingerprint=one.fingerprint) for one in known]

    def submission(self, site_url: str) -> SubmitClip:
        cleaned = self.cleaned_data
        return SubmitClip(
            cleaned["faces"],
            self.swap_options(),
            self.wants_label(),
            begin=cleaned["begin"] or None,
            end=cleaned["end"],
            output=cleaned["output"],
            callback=Callback(site_url=site_url),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Each person for the page: number, bars in shares of the clip's time, and the fields for them."""
        length = self.clip.duration or 1
        return [
            {
                "number": number,
                "bars": [
                    {"left": round(100 * first / length, 2), "width": round(100 * (end - first) / length, 2)}
                    for first, end in one["spans"]
                ],
                "spans": one["spans"],
                "face": self[f"face_{number}"],
                "known": self[f"known_{number}"],
            }
            for number, one in enumerate(self.people)
        ]

    def part_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("begin", "end", "output")]

    @property
    def price_of_second(self) -> int:
        return int(settings.PRICES["clip_second"])
