"""What the OpenAPI document says about the native API, one decorator an operation."""

from drf_spectacular.utils import OpenApiParameter, OpenApiWebhook

from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.openapi import (
    FORM,
    KEY,
    PAGING,
    PREFER,
    answer,
    documented,
    picture,
    problems,
    query,
    without_key,
)
from faceswap_site.lib.api.schema import ref
from swaps.models import SwapJob

from . import serializers
from .requests import PHOTO_FORM, SWAP_FORM

JOB_ID = OpenApiParameter("job_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)
STATUS = query("status", "Only jobs in this state.", {"type": "string", "enum": list(SwapJob.Status.values)})
PICTURE = "The picture; Content-Type says of which kind."
SWAPS = ["Swaps"]

list_swaps = documented(
    operation_id="list_swaps",
    summary="List your swaps",
    tags=SWAPS,
    parameters=[*PAGING, STATUS],
    responses={
        200: answer(page("JobList", serializers.JobSerializer(many=True)), "A page, newest first."),
        **problems(422),
    },
)
submit_swap = documented(
    operation_id="submit_swap",
    summary="Swap faces",
    tags=SWAPS,
    parameters=[KEY, PREFER],
    request={"application/json": ref("SwapRequest"), FORM: SWAP_FORM},
    responses={
        200: answer(serializers.JobSerializer, "Ended within the time of Prefer: wait."),
        202: answer(serializers.JobSerializer, "Accepted; Location names the job."),
        **problems(402, 404, 409, 413, 415, 422),
    },
)
SWAP_ENDED = OpenApiWebhook(
    name="swapEnded",
    decorator=documented(
        operation_id="swap_ended",
        summary="A swap has ended",
        description="Sent to the callback_url of a swap, signed after Standard Webhooks with your account's secret.",
        tags=SWAPS,
        request={"application/json": serializers.SwapEventSerializer},
        responses={200: answer(None, "Any status from 200 to 299 says that it arrived; others are tried again.")},
    ),
)
get_swap = documented(
    operation_id="get_swap",
    summary="See how far a swap is",
    tags=SWAPS,
    parameters=[JOB_ID],
    responses={200: answer(serializers.JobSerializer, "The job."), **problems(404)},
)
delete_swap = documented(
    operation_id="delete_swap",
    summary="Delete a swap with all its photos",
    tags=SWAPS,
    parameters=[JOB_ID],
    responses={204: answer(None, "Gone."), **problems(404)},
)
cancel_swap = documented(
    operation_id="cancel_swap",
    summary="Cancel a swap that has not ended; its points come back",
    tags=SWAPS,
    parameters=[JOB_ID],
    request=None,
    responses={200: answer(serializers.JobSerializer, "Cancelled."), **problems(404, 409)},
)
get_result = documented(
    operation_id="get_result",
    summary="Download the result",
    tags=SWAPS,
    parameters=[JOB_ID],
    responses={
        **picture(PICTURE, "image/jpeg", "image/png"),
        **problems(404, 409),
    },
)
shared_result = documented(
    operation_id="shared_result",
    summary="Download a result under a signed link, without a key",
    tags=SWAPS,
    auth=[],
    parameters=[OpenApiParameter("name", {"type": "string"}, OpenApiParameter.PATH)],
    responses={
        **picture(PICTURE, "image/jpeg", "image/png"),
        **without_key(problems(404)),
    },
)
find_faces = documented(
    operation_id="find_faces",
    summary="Find the faces of a photo",
    tags=["Faces"],
    parameters=[KEY],
    request={"application/json": ref("PhotoRequest"), FORM: PHOTO_FORM},
    responses={200: answer(serializers.FacesSerializer, "Left to right."), **problems(402, 404, 409, 413, 415, 422)},
)
