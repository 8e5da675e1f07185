"""The words of AceData: two addresses in, the address of the result out, and errors with a trace id."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from faceswap_site.lib.api.schema import Schema, check, lenient, obj
from faceswap_site.lib.api.schema_errors import WANTED
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import CALLBACK_ADDRESS, PHOTO_ADDRESS, Caller, from_value
from swaps.api.requests import callback_of
from swaps.engine.whole_photo import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import SwapJob
from swaps.results.links import result_link

ORIGIN = "acedata"
DEFAULT_TIMEOUT = 60
LABELS = (FACE_PHOTO, TARGET_PHOTO)
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}

SCHEMAS: dict[str, Schema] = {
    "AcedataSwap": lenient(
        "source_image_url target_image_url",
        title="The source photo's face goes onto the target photo, unless the operator chose the other reading.",
        source_image_url=PHOTO_ADDRESS,
        target_image_url=PHOTO_ADDRESS,
        timeout={
            "type": ["number", "string", "null"],
            "minimum": 0,
            "pattern": r"^\s*(\d{1,9}(\.\d{1,9})?)?\s*$",
            "description": "Seconds, as a number or a text.",
            WANTED: gettext_noop("a number of seconds, or null"),
        },
        callback_url=CALLBACK_ADDRESS,
    ),
    "AcedataResult": {
        "type": "object",
        "required": ["task_id"],
        "description": "The result; only `task_id` where it isn't there yet.",
        "properties": {
            "task_id": STRING,
            "image_url": STRING,
            "image_width": INTEGER,
            "image_height": INTEGER,
            "image_size": INTEGER,
        },
    },
    "AcedataError": obj(
        "success error trace_id",
        success={"const": False},
        error=obj("code message", code=STRING, message=STRING),
        trace_id=STRING,
    ),
}

# Their codes and statuses for our codes; whatever isn't named here is a bad request of theirs.
ERRORS = {
    "no_key": (401, "invalid_token"),
    "invalid_key": (401, "invalid_token"),
    "scope_missing": (403, "forbidden"),
    "not_enough_points": (403, "used_up"),
    "too_many_requests": (429, "too_many_requests"),
    "internal_error": (500, "api_error"),
    "storage_full": (500, "api_error"),
    "overloaded": (500, "api_error"),
    "fetch_failed": (500, "api_error"),
    "fetch_timeout": (500, "api_error"),
    "too_many_attempts": (500, "api_error"),
    "method_not_allowed": (400, "api_not_implemented"),
    "no_such_address": (400, "api_not_implemented"),
}
BAD_REQUEST = (400, "token_mismatched")  # their word for "missing or invalid parameters"


def parse_submit(data: Any, caller: Caller) -> Submit:
    """Which photo gives the face is read from ACEDATA_SOURCE_ROLE: the vendor's two documents contradict each other."""
    check(data, "AcedataSwap")
    names = ["source_image_url", "target_image_url"]
    if settings.ACEDATA_SOURCE_ROLE == "scene":
        names.reverse()
    face, scene = (
        from_value(data[name], caller=caller, label=label) for name, label in zip(names, LABELS, strict=True)
    )
    return Submit(scene, [FaceInput(face)], callback=callback_of(data, caller))


def wait_of(wanted: Submit, data: Any) -> float:
    """The seconds that a client waits, as one that is written by hand, by a form or by a generator says it."""
    given = data.get("timeout")
    given = given.strip() if isinstance(given, str) else given
    if wanted.callback.url:
        return 0
    return DEFAULT_TIMEOUT if given in (None, "") else min(DEFAULT_TIMEOUT, float(given))


def render_accepted(job: SwapJob) -> dict[str, Any]:
    return {"task_id": str(job.pk)}


def render_result(job: SwapJob, site_url: str) -> dict[str, Any]:
    return {
        "image_url": result_link(job, site_url),
        "image_width": job.width,
        "image_height": job.height,
        "image_size": job.result.size,
        "task_id": str(job.pk),
    }


def render_callback(job: SwapJob) -> str:
    if job.status == SwapJob.Status.DONE:
        body = {"success": True, **render_result(job, job.site_url)}
    else:
        body = {"task_id": str(job.pk), **render_error(job.error, str(job.pk))}
    return json.dumps(body)


def render_error(error: DomainError, trace_id: str) -> dict[str, Any]:
    code = ERRORS.get(error.code, BAD_REQUEST)[1]
    return {"success": False, "error": {"code": code, "message": spoken(error)}, "trace_id": trace_id}


def status_of(error: DomainError) -> int:
    return ERRORS.get(error.code, BAD_REQUEST)[0]
