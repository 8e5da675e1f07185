"""POST /api/face_swap: waits for the worker and answers with the picture."""

from typing import ClassVar

from django.utils.translation import gettext_noop
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from faceswap_site.lib.api.bounded_json import BoundedJSON
from faceswap_site.lib.api.openapi import answer, dialect_problems, documented
from faceswap_site.lib.api.schema import ref
from faceswap_site.lib.api.view import BriefErrors
from faceswap_site.lib.errors import DomainError
from swaps.api.waiting import LONGEST_WAIT, WaitingView, may_wait
from swaps.jobs import services
from swaps.models import SwapJob

from . import wire

ORIGIN = "face_swap"


class FaceSwapView(BriefErrors, WaitingView):
    tag = "Dialect: base64"
    open_surface = "face_swap"
    parser_classes = [BoundedJSON]
    scopes: ClassVar = {"POST": ApiKey.Scope.SWAP}

    @documented(
        operation_id="base64_face_swap",
        summary=gettext_noop("Swap faces in one call, photos in base64"),
        request={"application/json": ref("Base64Swap")},
        responses={
            200: answer(ref("Base64Image"), "The result."),
            **dialect_problems("Base64Error", 402, 405, 413, 415, 422, 504),
        },
    )
    @may_wait
    def post(self, request: Request) -> Response:
        wanted = wire.parse_submit(request.data)
        job = services.submit_swap(wanted, owner=self.account, origin=ORIGIN, free=self.is_guest)
        return self.wait_for(job, LONGEST_WAIT, lambda: self.finished(job))

    def finished(self, job: SwapJob) -> Response:
        if job.is_open:
            services.cancel_swap(job)
            raise DomainError("busy")
        if job.status != SwapJob.Status.DONE:
            raise job.error
        return Response(wire.render_result(job))
