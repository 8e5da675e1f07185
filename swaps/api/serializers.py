"""What the API tells about swaps, and about the faces that a swap can name."""

import json
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from accounts.api.serializers import PointsSerializer
from faceswap_site.lib.api.answers import Answer, Moment, Place, Rounded
from recognition.api.serializers import LANDMARKS, QualitySerializer
from recognition.photos.intake import INDEX
from swaps.engine.fit import REASONS
from swaps.models import SwapJob
from swaps.results.links import result_link


class ProgressSerializer(Answer):
    stage = serializers.ChoiceField(SwapJob.Stage.values)
    percent = serializers.IntegerField(min_value=0, max_value=100)
    frames = serializers.IntegerField(source="frames_done", help_text="Of a clip: how many frames are done.")
    seconds_left = serializers.IntegerField(allow_null=True, help_text="Of a clip, once frames are done.")


class IndexField(serializers.IntegerField):
    """The number of a face, left to right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=INDEX["maximum"], help_text=INDEX["description"], **kwargs)


class ChangedFaceSerializer(Answer):
    index = IndexField(allow_null=True)
    by_reference = serializers.BooleanField(source="has_reference")


class JobPointsSerializer(Answer):
    """The balance is the owner's now."""

    cost = serializers.IntegerField(source="price")
    balance = serializers.IntegerField(source="owner.balance")


class UrlsSerializer(Answer):
    """Where a job is found; `site_url` in the context says how its reader reaches this site."""

    self = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField(help_text="Needs the key.")
    download = serializers.SerializerMethodField(help_text="Needs no key and expires.")

    def get_self(self, job: SwapJob) -> str:
        return str(self.context["site_url"] + reverse("api:swap", args=[job.pk]))

    def get_page(self, job: SwapJob) -> str:
        return str(self.context["site_url"] + job.get_absolute_url())

    def get_result(self, job: SwapJob) -> str | None:
        done = job.status == SwapJob.Status.DONE
        return self.context["site_url"] + reverse("api:swap_result", args=[job.pk]) if done else None

    def get_download(self, job: SwapJob) -> str | None:
        return result_link(job, self.context["site_url"]) or None


class ErrorSerializer(Answer):
    code = serializers.CharField(source="error_code")
    detail = serializers.CharField(source="error_text")

    def to_representation(self, instance: SwapJob) -> Any:
        return super().to_representation(instance) if instance.error_code else None


class SizeField(serializers.IntegerField):
    """A width or height; null while there is no result."""

    def __init__(self) -> None:
        super().__init__(allow_null=True)

    def to_representation(self, value: Any) -> Any:
        return value or None


class FitSerializer(Answer):
    """How real the result looks; of several faces, of the one where it went least well."""

    realism = Rounded(1, min_value=1, max_value=5, help_text="From 1, not at all, to 5, a photo.")
    good = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.ChoiceField(REASONS), help_text="What did not go well.")


class EngineSerializer(Answer):
    """What made the result; `name` differs from `asked` where another engine stood in, which the price follows."""

    asked = serializers.CharField()
    name = serializers.CharField(help_text="`classic`, or an engine that the operator brought.")
    provider = serializers.CharField(help_text="Where it ran, by onnxruntime's name; empty for the classic engine.")
    enhancer = serializers.CharField(help_text="Which enhancer went over it; empty for none.")


class ClipPersonSerializer(Answer):
    """Somebody in a clip. Their place in the list is the index of the face that goes onto them."""

    spans = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        help_text="When they are there: from and to, in seconds of the whole clip.",
    )
    share = serializers.FloatField(help_text="How much of all faces in the clip is theirs, 0 to 1.")


class JobSerializer(Answer):
    """A swap."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(SwapJob.Kind.values)
    duration = serializers.SerializerMethodField(help_text="Of a clip: the seconds that are changed.")
    frames = serializers.SerializerMethodField(help_text="Of a clip: how many there are in them.")
    people = ClipPersonSerializer(source="report.people", many=True, allow_null=True)
    status = serializers.ChoiceField(SwapJob.Status.values)
    progress = ProgressSerializer(source="*")
    faces = ChangedFaceSerializer(many=True, source="face_rows")
    fit = FitSerializer(source="report.fit", allow_null=True)
    engine = EngineSerializer(source="report.engine", allow_null=True)
    points = JobPointsSerializer(source="*")
    urls = UrlsSerializer(source="*")
    width = SizeField()
    height = SizeField()
    created = Moment()
    started = Moment(allow_null=True)
    completed = Moment(allow_null=True)
    expires = Moment(allow_null=True)
    error = ErrorSerializer(source="*", allow_null=True)

    def get_duration(self, job: SwapJob) -> float | None:
        return round(job.duration, 3) if job.is_clip else None

    def get_frames(self, job: SwapJob) -> int | None:
        return job.frames if job.is_clip else None


class SwapEventSerializer(Answer):
    """What a callback address is told, after Standard Webhooks."""

    type = serializers.ChoiceField([f"swap.{status}" for status in ("done", "failed", "cancelled")])
    timestamp = Moment()
    data = JobSerializer()  # type: ignore[assignment]  # a field, beside the property of the class


def render_callback(job: SwapJob) -> str:
    """The body of a native callback."""
    event = {"type": f"swap.{job.status}", "timestamp": job.completed, "data": job}
    return json.dumps(SwapEventSerializer(event, context={"site_url": job.site_url}).data)


class FaceSerializer(Answer):
    """A face; boxes are [left, top, right, bottom] in pixels of the upright photo."""

    index = IndexField()
    id = serializers.CharField(help_text="Names this face in a swap for a day.")
    box = Place(source="face.box")
    landmarks = serializers.ListField(child=Place(), source="face.landmarks", help_text=LANDMARKS)
    score = Rounded(3, source="face.score")
    quality = QualitySerializer(source="face.quality")


class FacesSerializer(Answer):
    id = serializers.CharField(help_text="Names this photo in a swap for a day.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    faces = FaceSerializer(many=True)
    points = PointsSerializer()
