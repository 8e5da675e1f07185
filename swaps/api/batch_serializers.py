"""What the API tells about batches."""

import json
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from faceswap_site.lib.api.answers import Answer, Moment
from swaps.batches.progress import progress_of
from swaps.models import BatchItem, SwapBatch, SwapJob
from swaps.results.links import result_link

ITEM_STATUSES = ("waiting", *SwapJob.Status.values)


class BatchItemUrlsSerializer(Answer):
    """Where the swap of a photo is found; null while there is none."""

    swap = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField(help_text="Needs the key.")
    download = serializers.SerializerMethodField(help_text="Needs no key and expires.")

    def get_swap(self, item: BatchItem) -> str | None:
        return self.context["site_url"] + reverse("api:swap", args=[item.job_id]) if item.job_id else None

    def get_result(self, item: BatchItem) -> str | None:
        done = item.job is not None and item.job.status == SwapJob.Status.DONE
        return self.context["site_url"] + reverse("api:swap_result", args=[item.job_id]) if done else None

    def get_download(self, item: BatchItem) -> str | None:
        return (result_link(item.job, self.context["site_url"]) or None) if item.job is not None else None


class BatchItemErrorSerializer(Answer):
    code = serializers.SerializerMethodField()
    detail = serializers.CharField(source="error_text")

    def get_code(self, item: BatchItem) -> str:
        return item.job.error_code if item.job is not None else item.error_code

    def to_representation(self, instance: BatchItem) -> Any:
        return super().to_representation(instance) if instance.error_text else None


class BatchItemSerializer(Answer):
    """A photo of a batch."""

    id = serializers.UUIDField(source="pk")
    position = serializers.IntegerField(min_value=0)
    title = serializers.CharField(help_text="What the file was called.")
    status = serializers.ChoiceField(ITEM_STATUSES)
    urls = BatchItemUrlsSerializer(source="*")
    error = BatchItemErrorSerializer(source="*", allow_null=True)


class CountsSerializer(Answer):
    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    running = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class BatchPointsSerializer(Answer):
    """What one photo costs; the balance is the owner's now."""

    each = serializers.IntegerField(source="price")
    balance = serializers.IntegerField(source="owner.balance")


class BatchUrlsSerializer(Answer):
    self = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField(help_text="A ZIP of what is done by now. Needs the key.")

    def get_self(self, batch: SwapBatch) -> str:
        return str(self.context["site_url"] + reverse("api:batch", args=[batch.pk]))

    def get_page(self, batch: SwapBatch) -> str:
        return str(self.context["site_url"] + batch.get_absolute_url())

    def get_results(self, batch: SwapBatch) -> str:
        return str(self.context["site_url"] + reverse("api:batch_results", args=[batch.pk]))


class BatchSerializer(Answer):
    """A batch."""

    id = serializers.UUIDField(source="pk")
    status = serializers.ChoiceField(SwapBatch.Status.values)
    counts = serializers.SerializerMethodField()
    seconds_left = serializers.SerializerMethodField()
    points = BatchPointsSerializer(source="*")
    urls = BatchUrlsSerializer(source="*")
    created = Moment()
    started = Moment(allow_null=True)
    completed = Moment(allow_null=True)
    expires = Moment(allow_null=True)

    def to_representation(self, instance: SwapBatch) -> Any:
        if not hasattr(instance, "progress"):  # asked once for two fields
            instance.progress = progress_of(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)

    def get_counts(self, batch: SwapBatch) -> CountsSerializer:
        return CountsSerializer(batch.progress).data  # type: ignore[attr-defined, return-value]

    def get_seconds_left(self, batch: SwapBatch) -> int | None:
        left: int | None = batch.progress.seconds_left  # type: ignore[attr-defined]
        return left


class BatchItemsSerializer(Answer):
    data = BatchItemSerializer(many=True)  # type: ignore[assignment]  # a field, beside the property of the class
    next = serializers.CharField(allow_null=True, help_text="The address of the next page.")


class BatchWithItemsSerializer(BatchSerializer):
    """A batch with a page of its photos."""

    items = BatchItemsSerializer()


class BatchEventSerializer(Answer):
    """What a callback address is told at the end of a batch, after Standard Webhooks."""

    type = serializers.ChoiceField(["batch.completed"])
    timestamp = Moment()
    data = BatchSerializer()  # type: ignore[assignment]  # a field, beside the property of the class


def render_callback(batch: SwapBatch) -> str:
    """The body of the callback."""
    event = {"type": "batch.completed", "timestamp": batch.completed, "data": batch}
    return json.dumps(BatchEventSerializer(event, context={"site_url": batch.site_url}).data)
