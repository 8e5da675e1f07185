"""The native API of swaps: parse, call, render."""

import json
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiWebhook
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.charges import charged
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey, IdempotencyKey
from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.openapi import (
    FORM,
    KEY,
    PAGING,
    PREFER,
    answer,
    binary,
    documented,
    problems,
    query,
    told,
    without_key,
)
from faceswap_site.lib.api.problems import BadRequest, NotFound
from faceswap_site.lib.api.schema import ref
from faceswap_site.lib.api.view import SurfaceView
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from recognition.photos.found_faces import keep_found
from recognition.photos.intake import Caller, one_photo, pixels
from swaps.clip_jobs import services as clips
from swaps.jobs import services
from swaps.models import SwapJob
from swaps.results.links import job_of_link

from .clip_requests import clip_of, parse_clip, refuse_clip_fields, sends_clip
from .requests import PHOTO_FORM, SWAP_FORM, parse_submit
from .serializers import FacesSerializer, JobSerializer, SwapEventSerializer
from .waiting import WaitingView, may_wait, preferred_wait

SWAP = ApiKey.Scope.SWAP
STATUS = query("status", "Only jobs in this state.", {"type": "string", "enum": list(SwapJob.Status.values)})
PICTURE = "The picture or film; Content-Type says of which kind."
SWAP_ENDED = OpenApiWebhook(
    name="swapEnded",
    decorator=documented(
        operation_id="swap_ended",
        summary="A swap has ended",
        description="Sent to the callback_url of a swap, signed after Standard Webhooks with your account's secret.",
        tags=["Swaps"],
        request={"application/json": SwapEventSerializer},
        responses={200: answer(None, "Any status from 200 to 299 says that it arrived; others are tried again.")},
    ),
)


class SwapsView(WaitingView):
    tag = "Swaps"
    serializer_class = JobSerializer
    scopes: ClassVar = {"POST": SWAP}

    @documented(
        operation_id="list_swaps",
        summary=gettext_noop("List your swaps"),
        parameters=[*PAGING, STATUS],
        responses=told(page("JobList", JobSerializer(many=True)), "A page, newest first.", 422),
    )
    def get(self, request: Request) -> Response:
        rows = SwapJob.objects.filter(owner=self.account).select_related("owner")
        rows = rows.prefetch_related(Prefetch("faces", to_attr="face_rows"))  # type: ignore[no-redef]
        wanted = request.query_params.get("status")
        if wanted is not None and wanted not in SwapJob.Status.values:
            raise BadRequest("status", "/status")
        if wanted is not None:
            rows = rows.filter(status=wanted)
        return self.page_of(rows)

    @documented(
        operation_id="submit_swap",
        summary=gettext_noop("Swap faces"),
        parameters=[KEY, PREFER],
        request={"application/json": ref("SwapRequest"), FORM: SWAP_FORM},
        responses={
            200: answer(JobSerializer, "Ended within the time of Prefer: wait."),
            202: answer(JobSerializer, "Accepted; Location names the job."),
            **problems(402, 404, 409, 413, 415, 422),
        },
    )
    @may_wait
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        caller = Caller.of(self)

        def keep_name(job: SwapJob) -> None:
            if named is not None:
                named.claim(status=202, body={"id": str(job.pk)}, location=address_of(job))

        if sends_clip(request.data):
            asked = parse_clip(request.data, caller)
            with clip_of(request.data) as clip:
                job = clips.submit_new_clip(clip, asked, owner=self.account, origin="api", on_accept=keep_name)
        else:
            refuse_clip_fields(request.data)
            wanted = parse_submit(request.data, caller)
            job = services.submit_swap(wanted, owner=self.account, origin="api", on_accept=keep_name)
        return self._answer(job)

    def answer_again(self, row: IdempotencyKey) -> Response:
        """For a request that made a job before: the job as it is now."""
        made = UUID(json.loads(str(row.body))["id"])
        job = SwapJob.objects.select_related("owner").filter(pk=made, owner=self.account).first()
        if job is None:
            raise NotFound(case="deleted")
        return self._answer(job)

    def _answer(self, job: SwapJob) -> Response:
        seconds = preferred_wait(self.request.headers.get("Prefer", ""))
        return self.wait_for(job, seconds, lambda: self._rendered(job))

    def _rendered(self, job: SwapJob) -> Response:
        response = Response(self.serialized(job), status=202 if job.is_open else 200)
        response["Location"] = address_of(job)
        return response

    def finished(self, job: SwapJob) -> Response:
        response = self._rendered(job)
        response["Preference-Applied"] = "wait"
        return response


class OneSwapView(AccountView):
    tag = "Swaps"
    serializer_class = JobSerializer
    scopes: ClassVar = {"DELETE": SWAP, "POST": SWAP}

    def job(self, job_id: str) -> SwapJob:
        """The caller's own job; anyone else's doesn't exist."""
        return get_object_or_404(SwapJob.objects.select_related("owner"), pk=job_id, owner=self.account)


class SwapView(OneSwapView):
    @documented(
        operation_id="get_swap",
        summary=gettext_noop("See how far a swap is"),
        responses=told(JobSerializer, "The job.", 404),
    )
    def get(self, request: Request, job_id: str) -> Response:
        return Response(self.serialized(self.job(job_id)))

    @documented(
        operation_id="delete_swap",
        summary=gettext_noop("Delete a swap with all its photos"),
        responses=told(None, "Gone.", 404, status=204),
    )
    def delete(self, request: Request, job_id: str) -> Response:
        services.delete_swap(self.job(job_id))
        return Response(status=204)


class CancelView(OneSwapView):
    @documented(
        operation_id="cancel_swap",
        summary=gettext_noop("Cancel a swap that has not ended; its points come back"),
        request=None,
        responses=told(JobSerializer, "Cancelled.", 404, 409),
    )
    def post(self, request: Request, job_id: str) -> Response:
        job = self.job(job_id)
        if not services.cancel_swap(job):
            raise DomainError("already_ended")
        return Response(self.serialized(self.job(job_id)))


class ResultView(OneSwapView):
    @documented(
        operation_id="get_result",
        summary=gettext_noop("Download the result"),
        responses={
            **binary(PICTURE, "image/jpeg", "image/png", "video/mp4", "video/webm"),
            **problems(404, 409),
        },
    )
    def get(self, request: Request, job_id: str) -> Any:
        job = self.job(job_id)
        if not job.result:
            raise DomainError("no_result", status=job.status)
        return private_file(job.result, part=request.headers.get("Range", ""))


class FacesView(AccountView):
    tag = "Faces"
    scopes: ClassVar = {"POST": SWAP}

    @documented(
        operation_id="find_faces",
        summary=gettext_noop("Find the faces of a photo"),
        parameters=[KEY],
        request={"application/json": ref("PhotoRequest"), FORM: PHOTO_FORM},
        responses=told(FacesSerializer, "Left to right.", 402, 404, 409, 413, 415, 422),
    )
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        given = one_photo(request.data, schema="PhotoRequest", form=PHOTO_FORM, caller=Caller.of(self))
        photo = pixels(given, account=self.account, label="photo")
        with charged(self.account, "extract_faces", named=named) as charge:
            row, seen = keep_found(owner=self.account, photo=photo)
            named_faces = [{"index": n, "id": f"{row.pk.hex}-{n}", "face": face} for n, face in enumerate(seen.faces)]
            size = {"width": seen.width, "height": seen.height}
            found = {"id": row.pk.hex, **size, "faces": named_faces, "points": charge}
            return charge.answer(FacesSerializer(found).data)


class SharedResultView(SurfaceView):
    """A result under a signed link: whoever has the link may see it until it expires."""

    tag = "Swaps"
    authentication_classes = []

    @documented(
        operation_id="shared_result",
        summary="Download a result under a signed link, without a key",
        auth=[],
        responses={
            **binary(PICTURE, "image/jpeg", "image/png", "video/mp4", "video/webm"),
            **without_key(problems(404)),
        },
    )
    def get(self, request: Request, name: str) -> Any:
        job = job_of_link(name)
        if job is None:
            raise NotFound
        return private_file(job.result, part=request.headers.get("Range", ""))


def address_of(job: SwapJob) -> str:
    return reverse("api:swap", args=[job.pk])
