"""The forms of the registry on the admin site."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from recognition.models import Person
from recognition.photos.fields import ACCEPTED, SeveralFilesInput
from recognition.views.forms import ConsentForm, ManyPhotosField, PersonForm


class SitePersonForm(PersonForm):
    protected = forms.BooleanField(label="May not be used in swaps", required=False)


class ChangePersonForm(forms.ModelForm[Person]):
    more_photos = ManyPhotosField(label="Add photos", required=False)

    class Meta:
        model = Person
        fields = ("name", "protected", "consent_basis", "consent_note")


class ManyFilesField(forms.FileField):
    widget = SeveralFilesInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class BulkForm(ConsentForm):
    field_order = ("photos",)
    photos = ManyFilesField(
        label="Photos",
        help_text="At most 100. The file name says who it is: “Ada Lovelace 2.jpg” and “Ada_Lovelace_0002.jpg” are "
        "both Ada Lovelace.",
    )


class MergeForm(forms.Form):
    keep = forms.ModelChoiceField(
        label="Keep this name", queryset=Person.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
