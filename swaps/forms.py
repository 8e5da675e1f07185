"""The forms of the swap pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from faceswap_site.errors import DomainError
from faceswap_site.samples import sample_path, sample_portraits
from recognition.engine import Photo, decode_photo

from .services import FaceInput, PhotoInput


class PhotoField(forms.FileField):
    """A file field whose cleaned value is the decoded photo; every limit is checked before it is decoded."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/avif"})

    def __init__(self, *, name_in_sentences: str, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)
        self.name_in_sentences = name_in_sentences

    def clean(self, data: Any, initial: Any = None) -> Photo | None:
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return None
        try:
            return decode_upload(file, name=self.name_in_sentences)
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error


def decode_upload(file: UploadedFile[bytes], *, name: str) -> Photo:
    """Decode an uploaded file, reading no more of it than the limit allows."""
    data = file.read(settings.MAX_UPLOAD_BYTES + 1)
    return decode_photo(data, name=name, max_bytes=settings.MAX_UPLOAD_BYTES, max_pixels=settings.MAX_PHOTO_PIXELS)


def decode_sample(name: str) -> Photo:
    return decode_photo(sample_path(settings.SAMPLES_DIR, name).read_bytes(), name=name)


class SwapForm(forms.Form):
    """A face photo and a photo to change; each uploaded, or chosen from the samples."""

    face = PhotoField(label=_("Face photo"), name_in_sentences="face photo", required=False)
    target = PhotoField(label=_("Photo to change"), name_in_sentences="photo to change", required=False)
    face_sample = forms.ChoiceField(required=False)
    target_sample = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name) for name in sample_portraits(settings.SAMPLES_DIR)]
        for field in ("face_sample", "target_sample"):
            self.fields[field].choices = [("", ""), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for field, words in (("face", _("Choose a face photo.")), ("target", _("Choose a photo to change."))):
            if field in self.errors:
                continue
            if cleaned.get(field) is None and cleaned.get(f"{field}_sample"):
                cleaned[field] = decode_sample(cleaned[f"{field}_sample"])
            if cleaned.get(field) is None:
                self.add_error(field, words)
        return cleaned

    def target_input(self) -> PhotoInput:
        return PhotoInput(photo=self.cleaned_data["target"])

    def face_inputs(self) -> list[FaceInput]:
        return [FaceInput(photo=self.cleaned_data["face"])]
