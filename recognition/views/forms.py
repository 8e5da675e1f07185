"""The forms of the recognition pages."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from recognition.engine.compare import DEFAULT_THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD, STRICT_THRESHOLD
from recognition.models import Person
from recognition.photos.fields import ACCEPTED, PhotoField, SeveralFilesInput
from recognition.photos.reading import decode_upload
from recognition.registry.enrol_photos import Upload
from recognition.registry.enrolment import Consent

PRESETS = [
    ("", format_lazy(_("Balanced ({distance})"), distance=DEFAULT_THRESHOLD)),
    (str(STRICT_THRESHOLD), format_lazy(_("Few false matches ({distance})"), distance=STRICT_THRESHOLD)),
]


class ManyPhotosField(forms.FileField):
    """Several photo files; each is decoded when its turn comes."""

    widget = SeveralFilesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError(_("Choose at least one photo."), code="required")
        return [Upload(file.name, lambda file=file: decode_upload(file, name="photo")) for file in files]  # type: ignore[misc]


class ThresholdForm(forms.Form):
    """How near counts as the same person: a preset, or a distance of one's own."""

    preset = forms.ChoiceField(label=_("Strictness"), choices=PRESETS, required=False)
    threshold = forms.FloatField(
        label=_("Or a distance of your own"),
        help_text=_("Faces nearer than this count as one person. Smaller is stricter."),
        min_value=LEAST_THRESHOLD,
        max_value=MOST_THRESHOLD,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )

    def chosen_threshold(self) -> float | None:
        own, preset = self.cleaned_data.get("threshold"), self.cleaned_data.get("preset")
        return own or (float(preset) if preset else None)


class CompareForm(ThresholdForm):
    field_order = ("one", "other")
    one = PhotoField(label=_("First photo"), name_in_sentences="first photo")
    other = PhotoField(label=_("Second photo"), name_in_sentences="second photo")


class RecogniseForm(ThresholdForm):
    field_order = ("photo",)
    photo = PhotoField(label=_("Photo"), name_in_sentences="photo")


class ConsentForm(forms.Form):
    basis = forms.ChoiceField(
        label=_("Why you may keep this face"), choices=[("", _("Choose one")), *Person.Basis.choices]
    )
    note = forms.CharField(
        label=_("In words (optional)"),
        help_text=_("Such as where the signed form is kept. Your name and the time are recorded with it."),
        max_length=200,
        required=False,
    )

    def consent(self) -> Consent:
        return Consent(self.cleaned_data["basis"], self.cleaned_data["note"])


class PersonForm(ConsentForm):
    field_order = ("name", "photos")
    name = forms.CharField(label=_("Name"), max_length=100)
    photos = ManyPhotosField(
        label=_("Photos"), help_text=_("Three or more from different days make the answers better.")
    )


class PhotosForm(forms.Form):
    photos = ManyPhotosField(
        label=_("Photos"), help_text=_("Where one shows several people, you choose the face in the next step.")
    )


class RenameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
