"""The native API of batches: parse, call, render."""

import json
from typing import Any, ClassVar, cast
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiWebhook
from rest_framework.exceptions import NotFound as NotFoundPage
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import throttling
from accounts.api.base import AccountView
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey, IdempotencyKey
from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.openapi import FORM, KEY, PAGING, answer, binary, documented, problems, told
from faceswap_site.lib.api.pages import NewestFirst
from faceswap_site.lib.api.problems import NotFound
from faceswap_site.lib.api.schema import check, ref
from faceswap_site.lib.archives import Archive
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import LARGEST_ID, whole_number
from recognition.photos.intake import Caller
from swaps.batches import services
from swaps.batches.results import batch_to_pack
from swaps.batches.sent_photos import add_photos
from swaps.models import SwapBatch

from .batch_requests import BATCH_FORM, PHOTOS_FORM, parse_batch, parse_photos
from .batch_serializers import BatchEventSerializer, BatchItemSerializer, BatchSerializer, BatchWithItemsSerializer

SWAP = ApiKey.Scope.SWAP
BATCH_COMPLETED = OpenApiWebhook(
    name="batchCompleted",
    decorator=documented(
        operation_id="batch_completed",
        summary="A batch has come to its end",
        description="Sent to the callback_url of a batch when none of its photos is left; again after a retry.",
        tags=["Batches"],
        request={"application/json": BatchEventSerializer},
        responses={200: answer(None, "Any status from 200 to 299 says that it arrived; others are tried again.")},
    ),
)


class ByPosition(NewestFirst):
    """The photos of a batch in their order."""

    ordering = ("position",)  # type: ignore[assignment]

    def decode_cursor(self, request: Request) -> Cursor | None:
        if not request.query_params.get("cursor"):
            return None
        try:
            cursor = CursorPagination.decode_cursor(self, request)
        except NotFoundPage:
            cursor = None
        if cursor is None or whole_number(cursor.position, most=LARGEST_ID) is None:
            raise DomainError("bad_cursor", pointer="/cursor")
        return cursor


class BatchesView(AccountView):
    tag = "Batches"
    serializer_class = BatchSerializer
    scopes: ClassVar = {"POST": SWAP}

    @documented(
        operation_id="list_batches",
        summary=gettext_noop("List your batches"),
        parameters=PAGING,
        responses=told(page("BatchList", BatchSerializer(many=True)), "A page, newest first.", 422),
    )
    def get(self, request: Request) -> Response:
        return self.page_of(SwapBatch.objects.filter(owner=self.account).select_related("owner"))

    @documented(
        operation_id="submit_batch",
        summary=gettext_noop("Swap one face onto many photos"),
        parameters=[KEY],
        request={"application/json": ref("BatchRequest"), FORM: BATCH_FORM},
        responses={
            202: answer(BatchSerializer, "Accepted; Location names the batch."),
            **problems(402, 404, 409, 413, 415, 422),
        },
    )
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        wanted = parse_batch(request.data, Caller.of(self))
        batch = services.collect(
            wanted.faces,
            owner=self.account,
            options=wanted.options,
            label=wanted.label,
            choice=wanted.choice,
            callback=wanted.callback,
            origin="api",
        )

        def keep_name(batch: SwapBatch) -> None:
            if named is not None:
                named.claim(status=202, body={"id": str(batch.pk)}, location=address_of(batch))

        try:
            add_photos(batch, wanted.photos)
            if wanted.start:
                services.start(batch, on_accept=keep_name)
            else:
                keep_name(batch)
        except BaseException:  # nothing is kept of what could not be begun
            services.delete(batch)
            raise
        return self._answer(batch)

    def answer_again(self, row: IdempotencyKey) -> Response:
        """For a request that made a batch before: the batch as it is now."""
        made = UUID(json.loads(str(row.body))["id"])
        batch = SwapBatch.objects.select_related("owner").filter(pk=made, owner=self.account).first()
        if batch is None:
            raise NotFound(case="deleted")
        return self._answer(batch)

    def _answer(self, batch: SwapBatch) -> Response:
        return Response(self.serialized(batch), status=202, headers={"Location": address_of(batch)})


class OneBatchView(AccountView):
    tag = "Batches"
    serializer_class = BatchSerializer
    scopes: ClassVar = {"DELETE": SWAP, "POST": SWAP}

    def batch(self, batch_id: str) -> SwapBatch:
        """The caller's own batch; anyone else's doesn't exist."""
        return get_object_or_404(SwapBatch.objects.select_related("owner"), pk=batch_id, owner=self.account)


class BatchView(OneBatchView):
    pagination_class = ByPosition

    @documented(
        operation_id="get_batch",
        summary=gettext_noop("See how far a batch is, and its photos by pages"),
        parameters=PAGING,
        responses=told(BatchWithItemsSerializer, "The batch.", 404, 422),
    )
    def get(self, request: Request, batch_id: str) -> Response:
        batch = self.batch(batch_id)
        rows = self.paginate_queryset(batch.items.select_related("job"))
        items = BatchItemSerializer(rows, many=True, context=self.get_serializer_context()).data
        return Response(self.serialized(batch) | {"items": self.get_paginated_response(items).data})

    @documented(
        operation_id="delete_batch",
        summary=gettext_noop("Delete a batch with all its photos and results"),
        responses=told(None, "Gone.", 404, status=204),
    )
    def delete(self, request: Request, batch_id: str) -> Response:
        services.delete(self.batch(batch_id))
        return Response(status=204)


class PhotosView(OneBatchView):
    @documented(
        operation_id="add_batch_photos",
        summary=gettext_noop("Add photos to a batch that was made with start: false"),
        request={"application/json": ref("BatchPhotosRequest"), FORM: PHOTOS_FORM},
        responses=told(BatchSerializer, "The batch.", 404, 409, 413, 415, 422),
    )
    def post(self, request: Request, batch_id: str) -> Response:
        batch = self.batch(batch_id)
        photos = parse_photos(request.data, Caller.of(self))
        services.refuse_more_than_fit(batch.items.count(), len(photos))
        add_photos(batch, photos)
        return Response(self.serialized(batch))


class StartView(OneBatchView):
    @documented(
        operation_id="start_batch",
        summary=gettext_noop("Start a batch whose photos are all there"),
        request=None,
        responses=told(BatchSerializer, "Accepted.", 402, 404, 409, 422, status=202),
    )
    def post(self, request: Request, batch_id: str) -> Response:
        batch = self.batch(batch_id)
        services.start(batch)
        return Response(self.serialized(self.batch(batch_id)), status=202)


class CancelView(OneBatchView):
    @documented(
        operation_id="cancel_batch",
        summary=gettext_noop("Cancel what of a batch has not ended; its points come back"),
        request=None,
        responses=told(BatchSerializer, "Cancelled.", 404, 409),
    )
    def post(self, request: Request, batch_id: str) -> Response:
        if not services.cancel(self.batch(batch_id)):
            raise DomainError("batch_not_running")
        return Response(self.serialized(self.batch(batch_id)))


class RetryView(OneBatchView):
    @documented(
        operation_id="retry_batch",
        summary=gettext_noop("Try the photos of a batch again that failed or were cancelled"),
        request={"application/json": ref("BatchRetryRequest")},
        responses=told(BatchSerializer, "Accepted.", 402, 404, 409, 415, 422, status=202),
    )
    def post(self, request: Request, batch_id: str) -> Response:
        batch, data = self.batch(batch_id), cast("dict[str, Any]", request.data or {})
        check(data, "BatchRetryRequest")
        items = data.get("items")
        services.try_again(batch, [UUID(item) for item in items] if items is not None else None)
        return Response(self.serialized(self.batch(batch_id)), status=202)


class ResultsView(OneBatchView):
    @documented(
        operation_id="get_batch_results",
        summary=gettext_noop("Download the results of a batch as one ZIP"),
        responses={
            **binary("What is done by now.", "application/zip"),
            **problems(404, 409),
        },
    )
    def get(self, request: Request, batch_id: str) -> Any:
        batch = self.batch(batch_id)
        entries = batch_to_pack(batch)
        throttling.spend("archive", self.account.pk)
        return Archive(f"batch-{str(batch.pk)[:8]}.zip", entries)


def address_of(batch: SwapBatch) -> str:
    return reverse("api:batch", args=[batch.pk])
