"""Where the studio's forms take photos from: uploads, addresses, samples, known faces and one's earlier swaps."""

from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from faceswap_site.samples import sample_portraits
from recognition.engine import Photo

from .intake import FaceInput, PhotoInput
from .known_faces import known_face_inputs
from .models import SwapJob
from .photo_fields import decode_sample, title_of
from .photos import load_photo


class StudioPhotos:
    """The first place that has a photo gives it: upload, address, known face, sample, earlier swap."""

    owner: User
    files: Any

    def earlier(self, field: str, values: dict[str, Any]) -> SwapJob | None:
        """The job that `field` names, if it is the person's own."""
        try:
            job_id = UUID(str(values.get(field)))
        except ValueError:
            return None
        return SwapJob.objects.filter(owner=self.owner, pk=job_id).first()

    def chosen_faces(self, cleaned: dict[str, Any]) -> list[FaceInput]:
        """The face photos; several are of one person."""
        if cleaned.get("face"):
            files = self.files.getlist("face")
            return [
                FaceInput(photo=photo, title=title_of(file)) for photo, file in zip(cleaned["face"], files, strict=True)
            ]
        if cleaned.get("face_url"):
            return [FaceInput(url=cleaned["face_url"])]
        if known := known_face_inputs(self.owner, cleaned.get("face_known") or ""):
            return known
        if photo := self._sample(cleaned.get("face_sample")):
            return [FaceInput(photo=photo, title=cleaned["face_sample"].rpartition(".")[0])]
        job = self.earlier("face_from", cleaned)
        return [self._again(face) for face in job.faces.select_related("person") if face.photo] if job else []

    def chosen_target(self, cleaned: dict[str, Any]) -> PhotoInput | None:
        if cleaned.get("target") is not None:
            return PhotoInput(photo=cleaned["target"], title=title_of(self.files["target"]))
        if cleaned.get("target_url"):
            return PhotoInput(url=cleaned["target_url"])
        if photo := self._sample(cleaned.get("target_sample")):
            return PhotoInput(photo=photo, title=cleaned["target_sample"].rpartition(".")[0])
        job = self.earlier("target_from", cleaned)
        file = job and (job.result if cleaned.get("target_part") == "result" else job.target)
        return PhotoInput(photo=load_photo(file, label="photo to change"), title=job.title) if job and file else None

    @staticmethod
    def _sample(name: Any) -> Photo | None:
        return decode_sample(name) if name in sample_portraits(settings.SAMPLES_DIR) else None

    @staticmethod
    def _again(face: Any) -> FaceInput:
        photo = load_photo(face.photo, label="face photo")
        return FaceInput(photo=photo, title=face.title, person=face.person, fingerprint=face.fingerprint)
