"""Form fields that take photos, and the ways in which a chosen photo becomes pixels."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.fetch import check_url
from recognition.engine import Photo

from .reading import decode_upload

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/avif,image/bmp"


class SeveralFilesInput(forms.FileInput):
    """Takes several files."""

    allow_multiple_selected = True


class PhotoField(forms.FileField):
    """A file field whose cleaned value is the decoded photo; every limit is checked before it is decoded."""

    widget = forms.FileInput(attrs={"accept": ACCEPTED})

    def __init__(self, *, name_in_sentences: str, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)
        self.name_in_sentences = name_in_sentences

    def clean(self, data: Any, initial: Any = None) -> Photo | None:
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        return self.decoded(file) if file else None

    def decoded(self, file: UploadedFile[bytes]) -> Photo:
        try:
            return decode_upload(file, name=self.name_in_sentences)
        except DomainError as error:
            raise forms.ValidationError(spoken(error), code=error.code) from error


class SeveralPhotosField(PhotoField):
    """Photos of one person: the cleaned value is a list of at most `most`."""

    widget = SeveralFilesInput(attrs={"accept": ACCEPTED})

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[Photo]:  # type: ignore[override]
        files = data if isinstance(data, list | tuple) else [data] if data is not None else []
        if len(files) > self.most:
            raise forms.ValidationError(_("At most %(n)d photos of one person.") % {"n": self.most}, code="too_many")
        return [self._numbered(file, number if len(files) > 1 else 0) for number, file in enumerate(files, 1)]

    def _numbered(self, file: UploadedFile[bytes], number: int) -> Photo:
        """Where there are several, an error says which one it is about."""
        try:
            return self.decoded(file)
        except forms.ValidationError as error:
            if not number:
                raise
            words = _("Photo %(number)d: %(what)s") % {"number": number, "what": error.messages[0]}
            raise forms.ValidationError(words, code=error.code) from error


class AddressField(forms.CharField):
    """The address of a photo on the web; it is checked here and fetched by the worker."""

    widget = forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return check_url(text).geturl()
        except DomainError as error:
            raise forms.ValidationError(spoken(error), code=error.code) from error


def title_of(file: UploadedFile[bytes]) -> str:
    """What a person's file is called, without folders and extension."""
    return PurePath(file.name or "").stem
