"""The native API of swaps: parse, call, render."""

import json
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.view import AccountView
from accounts.charges import charged
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey, IdempotencyKey
from faceswap_site.lib.api.problems import BadRequest, NotFound
from faceswap_site.lib.api.view import SurfaceView
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from recognition.photos.found import keep_found
from recognition.photos.inputs import Caller, one_photo, pixels
from swaps.jobs import services
from swaps.models import SwapJob
from swaps.results.links import job_of_link

from . import operations as docs
from .requests import PHOTO_FORM, parse_submit
from .serializers import FacesSerializer, JobSerializer
from .waiting import WaitingView, preferred_wait

SWAP = ApiKey.Scope.SWAP


class SwapsView(WaitingView):
    serializer_class = JobSerializer
    scopes: ClassVar = {"POST": SWAP}

    @docs.list_swaps
    def get(self, request: Request) -> Response:
        rows = SwapJob.objects.filter(owner=self.account).select_related("owner")
        rows = rows.prefetch_related(Prefetch("faces", to_attr="face_rows"))  # type: ignore[no-redef]
        wanted = request.query_params.get("status")
        if wanted is not None and wanted not in SwapJob.Status.values:
            raise BadRequest("status", "/status")
        if wanted is not None:
            rows = rows.filter(status=wanted)
        return self.page_of(rows)

    @docs.submit_swap
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        wanted = parse_submit(request.data, Caller.of(self))

        def keep_name(job: SwapJob) -> None:
            if named is not None:
                named.claim(status=202, body={"id": str(job.pk)}, location=address_of(job))

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
        response = Response(self.get_serializer(job).data, status=202 if job.is_open else 200)
        response["Location"] = address_of(job)
        return response

    def finished(self, job: SwapJob) -> Response:
        response = self._rendered(job)
        response["Preference-Applied"] = "wait"
        return response


class OneSwapView(AccountView):
    serializer_class = JobSerializer
    scopes: ClassVar = {"DELETE": SWAP, "POST": SWAP}

    def job(self, job_id: str) -> SwapJob:
        """The caller's own job; anyone else's doesn't exist."""
        return get_object_or_404(SwapJob.objects.select_related("owner"), pk=job_id, owner=self.account)


class SwapView(OneSwapView):
    @docs.get_swap
    def get(self, request: Request, job_id: str) -> Response:
        return Response(self.get_serializer(self.job(job_id)).data)

    @docs.delete_swap
    def delete(self, request: Request, job_id: str) -> Response:
        services.delete_swap(self.job(job_id))
        return Response(status=204)


class CancelView(OneSwapView):
    @docs.cancel_swap
    def post(self, request: Request, job_id: str) -> Response:
        job = self.job(job_id)
        if not services.cancel_swap(job):
            raise DomainError("already_ended")
        return Response(self.get_serializer(self.job(job_id)).data)


class ResultView(OneSwapView):
    @docs.get_result
    def get(self, request: Request, job_id: str) -> Any:
        job = self.job(job_id)
        if not job.result:
            raise DomainError("no_result", status=job.status)
        return private_file(job.result)


class FacesView(AccountView):
    scopes: ClassVar = {"POST": SWAP}

    @docs.find_faces
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        given = one_photo(request.data, schema="PhotoRequest", form=PHOTO_FORM, caller=Caller.of(self))
        photo = pixels(given, label="photo")
        with charged(self.account, "extract_faces", named=named) as charge:
            row, faces = keep_found(owner=self.account, photo=photo)
            named_faces = [{"index": n, "id": f"{row.pk.hex}-{n}", "face": face} for n, face in enumerate(faces)]
            height, width = photo.rgb.shape[:2]
            found = {"id": row.pk.hex, "width": width, "height": height, "faces": named_faces, "points": charge}
            return charge.answer(FacesSerializer(found).data)


class SharedResultView(SurfaceView):
    """A result under a signed link: whoever has the link may see it until it expires."""

    authentication_classes = []

    @docs.shared_result
    def get(self, request: Request, name: str) -> Any:
        job = job_of_link(name)
        if job is None:
            raise NotFound
        return private_file(job.result)


def address_of(job: SwapJob) -> str:
    return reverse("api:swap", args=[job.pk])
