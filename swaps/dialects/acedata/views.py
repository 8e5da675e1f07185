"""POST /face/swap: waits for the result, unless a callback was asked for."""

from typing import ClassVar

from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from faceswap_site.lib.api.bounded_json import BoundedJSON
from faceswap_site.lib.api.openapi import answer, dialect_problems, documented
from faceswap_site.lib.api.schema import ref
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import Caller
from swaps.api.waiting import WaitingView, may_wait
from swaps.jobs import services
from swaps.models import SwapJob

from . import wire


class FaceSwapView(WaitingView):
    tag = "Dialect: AceData"
    parser_classes = [BoundedJSON]
    scopes: ClassVar = {"POST": ApiKey.Scope.SWAP}

    @documented(
        operation_id="acedata_face_swap",
        summary=gettext_noop("Swap faces between two addresses"),
        request={"application/json": ref("AcedataSwap")},
        responses={
            200: answer(ref("AcedataResult"), "The result, or the task alone where it isn't there yet."),
            **dialect_problems("AcedataError"),
        },
    )
    @may_wait
    def post(self, request: Request) -> Response:
        wanted = wire.parse_submit(request.data, Caller.of(self))
        job = services.submit_swap(wanted, owner=self.account, origin=wire.ORIGIN)
        return self.wait_for(job, wire.wait_of(wanted, request.data), lambda: Response(wire.render_accepted(job)))

    def finished(self, job: SwapJob) -> Response:
        if job.is_open:
            return Response(wire.render_accepted(job))
        if job.status != SwapJob.Status.DONE:
            raise job.error
        return Response(wire.render_result(job, self.site_url))

    def render_error(self, error: DomainError, status: int) -> Response:
        return Response(wire.render_error(error, self.request_id), status=wire.status_of(error))
