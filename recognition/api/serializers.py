"""What the API tells about faces, people and their photos."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PointsSerializer
from faceswap_site.lib.api.answers import Answer, Moment, Place, Rounded, Texts
from recognition.engine.compare import CALIBRATION_SOURCE
from recognition.models import Person

VERDICTS = ["match", "uncertain", "no_match"]
LANDMARKS = "68 points of the iBUG scheme."


class SimilarityField(serializers.FloatField):
    """How likely two faces are one person."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=1, help_text="Calibrated; see `calibration`.")


class CalibrationField(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(help_text="Where the curve from distance to similarity comes from.")

    def get_attribute(self, instance: Any) -> str:
        return CALIBRATION_SOURCE


class QualitySerializer(Answer):
    score = Rounded(3)
    reasons = Texts()


class ComparedFaceSerializer(Answer):
    box = Place(help_text="left, top, right, bottom, in pixels")
    landmarks = serializers.ListField(child=Place(), help_text=LANDMARKS)
    quality = QualitySerializer()


class ComparedSerializer(Answer):
    verdict = serializers.ChoiceField(VERDICTS)
    distance = Rounded(4)
    similarity = SimilarityField()
    calibration = CalibrationField()
    threshold = serializers.FloatField()
    one = ComparedFaceSerializer()
    other = ComparedFaceSerializer()


class ComparisonSerializer(ComparedSerializer):
    """The largest faces of two photos; distances under the threshold mean one person."""

    points = PointsSerializer()


class CandidateSerializer(Answer):
    person_id = serializers.CharField()
    name = serializers.CharField()
    distance = serializers.FloatField()
    similarity = SimilarityField()


class RecognisedFaceSerializer(Answer):
    box = Place(source="face.box", help_text="left, top, right, bottom, in pixels")
    landmarks = serializers.ListField(child=Place(), source="face.landmarks", help_text=LANDMARKS)
    quality = QualitySerializer(source="face.quality")
    verdict = serializers.ChoiceField(VERDICTS)
    candidates = CandidateSerializer(many=True)
    threshold = serializers.FloatField()
    margin = serializers.FloatField(allow_null=True, help_text="How far the second candidate is behind.")


class RecognisedSerializer(Answer):
    faces = RecognisedFaceSerializer(many=True)
    calibration = CalibrationField()


class RecognitionSerializer(RecognisedSerializer):
    points = PointsSerializer()


class KnownPhotoSerializer(Answer):
    id = serializers.IntegerField()
    quality = serializers.FloatField()
    reasons = Texts(help_text="What lowers the quality.")
    created = Moment()


class EnrolledPhotoSerializer(Answer):
    id = serializers.IntegerField(source="face.id")
    quality = serializers.FloatField(source="face.quality")
    reasons = Texts(source="face.reasons", help_text="What lowers the quality.")
    created = Moment(source="face.created")
    warnings = Texts(help_text="Such as that the face looks like someone else's.")


class ConsentSerializer(Answer):
    basis = serializers.ChoiceField(
        Person.Basis.values,
        source="consent_basis",
        help_text="It is you, the person agreed, a guardian did, or the law allows it.",
    )
    note = serializers.CharField(source="consent_note")
    recorded = Moment(source="consent_recorded")


class PersonSerializer(Answer):
    """Someone whom the account knows."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    consent = ConsentSerializer(source="*")
    photos = KnownPhotoSerializer(many=True, source="faces")
    created = Moment()
