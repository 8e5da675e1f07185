"""The form of the studio."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from faceswap_site.errors import DomainError
from faceswap_site.samples import sample_path, sample_portraits
from recognition.engine import Photo, decode_photo

from .models import SwapJob
from .option_form import OptionForm
from .photos import load_photo
from .services import FaceInput, PhotoInput

# Faces of one photo that the studio lets a person plan one by one.
MOST_PLANNED = 100


class PhotoField(forms.FileField):
    """A file field whose cleaned value is the decoded photo; every limit is checked before it is decoded."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/avif"})

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


class EarlierPhotos:
    """Photos out of a person's own jobs, to be used once more."""

    owner: User

    def earlier(self, field: str, values: dict[str, Any]) -> SwapJob | None:
        """The job that `field` names, if it is the person's own."""
        try:
            job_id = UUID(str(values.get(field)))
        except ValueError:
            return None
        return SwapJob.objects.filter(owner=self.owner, pk=job_id).first()

    def earlier_target(self, values: dict[str, Any]) -> Photo | None:
        job = self.earlier("target_from", values)
        file = job and (job.result if values.get("target_part") == "result" else job.target)
        return load_photo(file, label="photo to change") if file else None

    def earlier_faces(self, values: dict[str, Any]) -> list[Photo]:
        job = self.earlier("face_from", values)
        return [load_photo(face.photo, label="face photo") for face in job.faces.all() if face.photo] if job else []


class FacesForm(EarlierPhotos, forms.Form):
    """One photo to look for faces on, from any of the places the studio takes photos from."""

    role = forms.ChoiceField(choices=[("face", "face"), ("target", "target")])
    photo = PhotoField(name_in_sentences="photo", required=False)
    sample = forms.CharField(required=False)
    face_from = forms.CharField(required=False)
    target_from = forms.CharField(required=False)
    target_part = forms.CharField(required=False)

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or cleaned.get("photo") is not None:
            return cleaned
        if cleaned["sample"] in sample_portraits(settings.SAMPLES_DIR):
            cleaned["photo"] = decode_sample(cleaned["sample"])
        elif cleaned["role"] == "face":
            cleaned["photo"] = next(iter(self.earlier_faces(cleaned)), None)
        else:
            cleaned["photo"] = self.earlier_target(cleaned)
        if cleaned["photo"] is None:
            self.add_error("photo", _("Choose a photo."))
        return cleaned


class SwapForm(EarlierPhotos, OptionForm):
    """A face photo and a photo to change; each uploaded, chosen from the samples, or taken from a job of one's own."""

    field_order = ("face", "target")
    face = PhotoField(label=_("Face photo"), name_in_sentences="face photo", required=False)
    target = PhotoField(label=_("Photo to change"), name_in_sentences="photo to change", required=False)
    face_sample = forms.ChoiceField(required=False)
    target_sample = forms.ChoiceField(required=False)
    face_from = forms.UUIDField(required=False, widget=forms.HiddenInput)
    target_from = forms.UUIDField(required=False, widget=forms.HiddenInput)
    target_part = forms.ChoiceField(
        required=False, choices=[("target", "target"), ("result", "result")], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        choices = [(name, name) for name in sample_portraits(settings.SAMPLES_DIR)]
        for field in ("face_sample", "target_sample"):
            self.fields[field].choices = [("", ""), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "face" not in self.errors:
            faces = self._faces(cleaned)
            if not faces and not self._only_others():
                self.add_error("face", _("Choose a face photo."))
            cleaned["faces"] = self._plan(faces)
        if "target" not in self.errors:
            cleaned["target"] = self._target(cleaned)
            if cleaned["target"] is None:
                self.add_error("target", _("Choose a photo to change."))
        return cleaned

    def _only_others(self) -> bool:
        uses = {self.data.get(f"use_{index}") for index in range(MOST_PLANNED)}
        return "other" in uses and "face" not in uses

    def _faces(self, cleaned: dict[str, Any]) -> list[Photo]:
        if cleaned.get("face") is not None:
            return [cleaned["face"]]
        if cleaned.get("face_sample"):
            return [decode_sample(cleaned["face_sample"])]
        return self.earlier_faces(cleaned)

    def _target(self, cleaned: dict[str, Any]) -> Photo | None:
        if cleaned.get("target") is not None:
            return cleaned["target"]  # type: ignore[no-any-return]
        if cleaned.get("target_sample"):
            return decode_sample(cleaned["target_sample"])
        return self.earlier_target(cleaned)

    def _plan(self, faces: list[Photo]) -> list[FaceInput]:
        """Which photo goes on which face of a group; without a plan, the face photo goes on the largest."""
        plan: list[FaceInput] = []
        for index in range(MOST_PLANNED):
            use = self.data.get(f"use_{index}")
            if use == "face":
                plan += [FaceInput(photo=photo, index=index) for photo in faces]
            elif use == "other":
                plan.append(FaceInput(photo=self._other(index), index=index))
        return plan or [FaceInput(photo=photo) for photo in faces]

    def _other(self, index: int) -> Photo:
        name = f"photo for face {index + 1}"
        file = self.files.get(f"face_{index}")
        if file is None:
            raise forms.ValidationError(_("Choose a photo for face %(n)d.") % {"n": index + 1})
        try:
            return decode_upload(file, name=name)
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error

    def target_input(self) -> PhotoInput:
        return PhotoInput(photo=self.cleaned_data["target"])

    def face_inputs(self) -> list[FaceInput]:
        return list(self.cleaned_data["faces"])
