"""The form of a new batch: whose face, and how; the photos come beside it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.photos.fields import AddressField, SeveralPhotosField
from swaps.jobs.submission import FaceInput

from .forms import HowForm
from .sources import PHOTOS_OF_ONE, sample_names


class BatchForm(HowForm):
    """A face photo, or several of one person, from any of the places the studio knows, and addresses of photos."""

    face = SeveralPhotosField(label=_("Face photo"), name_in_sentences="face photo", required=False, most=PHOTOS_OF_ONE)
    face_url = AddressField(label=_("Address of a face photo"), required=False)
    face_sample = forms.ChoiceField(required=False, choices=sample_names)
    face_known = forms.CharField(required=False)
    face_from = forms.UUIDField(required=False, widget=forms.HiddenInput)
    addresses_of_photos = forms.CharField(
        label=_("Addresses of photos, one a line"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["faces"] = self.chosen_faces(cleaned)
            if not cleaned["faces"]:
                self.add_error("face", _("Choose a face photo."))
        return cleaned

    def face_inputs(self) -> list[FaceInput]:
        return list(self.cleaned_data["faces"])

    def addresses(self) -> list[str]:
        """What is written in the lines, each judged by itself later."""
        return [line.strip() for line in self.cleaned_data["addresses_of_photos"].splitlines() if line.strip()]
