"""What the OpenAPI document says about the native API, one decorator an operation."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from faceswap_site.schema import Schema, ref

from .models import SwapJob

REASONS = {
    400: "Not what this document describes.",
    401: "No key, or none that is valid.",
    402: "Not enough points.",
    403: "The key lacks the scope.",
    404: "Not there, or not yours.",
    405: "Another method.",
    409: "Not in this state, or the same request is at work.",
    413: "Too large.",
    415: "Neither JSON nor a form.",
    422: "Understood, but it can't be done: the photo, an address or the options.",
    429: "Too many requests; see Retry-After.",
    500: "A fault on our side.",
    504: "The worker was too busy.",
}
FORM = "multipart/form-data"
FILE: Schema = {"type": "string", "format": "binary"}
Responses = dict[Any, Any]
View = TypeVar("View", bound=Callable[..., Any])


def documented(**about: Any) -> Callable[[View], View]:
    """drf-spectacular's decorator, with the type that it has."""
    decorate: Callable[[View], View] = extend_schema(**about)
    return decorate


def problems(*statuses: int) -> Responses:
    """The error answers of an operation; every one of them is problem+json."""
    always = (400, 401, 403, 429, 500)
    return {
        (status, "application/problem+json"): OpenApiResponse(response=ref("Problem"), description=REASONS[status])
        for status in sorted({*always, *statuses})
    }


def error_answers(schema: str, *statuses: int) -> Responses:
    """The error answers of a dialect, in its own words."""
    return {status: answer(ref(schema), REASONS[status]) for status in statuses}


def dialect_problems(schema: str, *statuses: int) -> Responses:
    """As `error_answers`, with those that every call may meet."""
    return error_answers(schema, *sorted({400, 401, 403, 429, 500, *statuses}))


def answer(schema: Schema | None, description: str) -> OpenApiResponse:
    return OpenApiResponse(response=schema, description=description)


def header(name: str, description: str, schema: Schema | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, schema or {"type": "string"}, OpenApiParameter.HEADER, description=description)


def query(name: str, description: str, schema: Schema) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=description)


KEY = header(
    "Idempotency-Key",
    "Names this request: sent again, it is answered as before and does nothing twice. 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
PREFER = header(
    "Prefer", "wait=N waits up to N seconds (1–60) for the end.", {"type": "string", "examples": ["wait=30"]}
)
JOB_ID = OpenApiParameter("job_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)
PAGING = [
    query("cursor", "As the address in `next` has it.", {"type": "string"}),
    query("limit", "Rows a page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
]
STATUS = query("status", "Only jobs in this state.", {"type": "string", "enum": list(SwapJob.Status.values)})
SWAP_FORM: Schema = {
    "type": "object",
    "properties": {
        "target": FILE | {"description": "The photo to change."},
        "target_url": {"type": "string", "format": "uri"},
        "face": {"type": "array", "items": FILE, "description": "One face photo or several."},
        "face_url": {"type": "array", "items": {"type": "string", "format": "uri"}},
        "index": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "reference": {"type": "array", "items": FILE},
        "options": {"type": "string", "description": "The options as JSON."},
        "callback_url": {"type": "string", "format": "uri"},
    },
}
PHOTO_FORM: Schema = {"type": "object", "properties": {"photo": FILE, "url": {"type": "string", "format": "uri"}}}
SWAPS, ACCOUNT = ["Swaps"], ["Account"]

list_swaps = documented(
    operation_id="list_swaps",
    summary="List your swaps",
    tags=SWAPS,
    parameters=[*PAGING, STATUS],
    responses={200: answer(ref("JobList"), "A page, newest first."), **problems()},
)
submit_swap = documented(
    operation_id="submit_swap",
    summary="Swap faces",
    tags=SWAPS,
    parameters=[KEY, PREFER],
    request={"application/json": ref("SwapRequest"), FORM: SWAP_FORM},
    responses={
        200: answer(ref("Job"), "Ended within the time of Prefer: wait."),
        202: answer(ref("Job"), "Accepted; Location names the job."),
        **problems(402, 404, 409, 413, 415, 422),
    },
)
get_swap = documented(
    operation_id="get_swap",
    summary="See how far a swap is",
    tags=SWAPS,
    parameters=[JOB_ID],
    responses={200: answer(ref("Job"), "The job."), **problems(404)},
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
    responses={200: answer(ref("Job"), "Cancelled."), **problems(404, 409)},
)
get_result = documented(
    operation_id="get_result",
    summary="Download the result",
    tags=SWAPS,
    parameters=[JOB_ID],
    responses={
        (200, "image/jpeg"): answer(FILE, "The picture."),
        (200, "image/png"): answer(FILE, "The picture."),
        **problems(404, 409),
    },
)
find_faces = documented(
    operation_id="find_faces",
    summary="Find the faces of a photo",
    tags=["Faces"],
    parameters=[KEY],
    request={"application/json": ref("PhotoRequest"), FORM: PHOTO_FORM},
    responses={200: answer(ref("Faces"), "Left to right."), **problems(402, 404, 409, 413, 415, 422)},
)
get_account = documented(
    operation_id="get_account",
    summary="Your balance, the prices and the limits",
    tags=ACCOUNT,
    responses={200: answer(ref("Account"), "Your account."), **problems()},
)
list_points = documented(
    operation_id="list_points",
    summary="Your ledger",
    tags=ACCOUNT,
    parameters=PAGING,
    responses={200: answer(ref("PointEntries"), "A page, newest first."), **problems()},
)
