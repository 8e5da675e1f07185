"""What the API tells about an account, its points and what a call costs."""

from rest_framework import serializers

from faceswap_site.lib.api.answers import Answer, Moment


class PointsSerializer(Answer):
    """Of a charge."""

    cost = serializers.IntegerField(source="price")
    balance = serializers.IntegerField(source="account.balance")


class AccountSerializer(Answer):
    username = serializers.CharField()
    balance = serializers.IntegerField()
    prices = serializers.DictField(child=serializers.IntegerField())
    limits = serializers.DictField(child=serializers.IntegerField())


class PointEntrySerializer(Answer):
    kind = serializers.CharField()
    amount = serializers.IntegerField()
    reason = serializers.CharField()
    reference = serializers.CharField()
    created = Moment()
