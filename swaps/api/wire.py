"""The native API's words: what a request means, and how a job, a list and faces look as JSON."""

import json
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from accounts.models import PointEntry
from faceswap_site.lib.api.bounded_json import parse_json
from faceswap_site.lib.api.problems import BadRequest, pointing_to
from faceswap_site.lib.api.schema import check, check_form, needed
from faceswap_site.lib.errors import DomainError
from recognition.engine import Face
from recognition.models import FoundPhoto
from recognition.photos.inputs import Caller, address, from_object, from_value, index_of
from swaps.engine.many import FACE_PHOTO, TARGET_PHOTO
from swaps.jobs.intake import REFERENCE_PHOTO, Callback, FaceInput, Submit, options_of, wants_label
from swaps.models import SwapJob
from swaps.results.links import result_link

from .operations import SWAP_FORM


def parse_submit(data: Any, caller: Caller) -> Submit:
    """A POST /swaps in either form: JSON, or multipart with files."""
    return _from_form(data, caller) if isinstance(data, QueryDict) else _from_json(data, caller)


def _from_json(data: Any, caller: Caller) -> Submit:
    check(data, "SwapRequest")
    named = {"/face": data["face"]} if "face" in data else {f"/faces/{n}": one for n, one in enumerate(data["faces"])}
    faces = []
    for pointer, item in named.items():
        with pointing_to(pointer):
            photo = from_object(item, caller=caller, label=FACE_PHOTO)
        reference = item.get("reference")
        with pointing_to(f"{pointer}/reference"):
            other = from_object(reference, caller=caller, label=REFERENCE_PHOTO) if reference else None
        faces.append(FaceInput(photo, index=item.get("index"), reference=other))
    _check_faces(faces)
    with pointing_to("/target"):
        target = from_object(data["target"], caller=caller, label=TARGET_PHOTO)
    options = data.get("options", {})
    return Submit(target, faces, options_of(options), wants_label(options), callback_of(data, caller))


def _from_form(data: QueryDict, caller: Caller) -> Submit:
    check_form(data, SWAP_FORM)
    target = from_value(needed(data, "target", "target_url"), caller=caller, label=TARGET_PHOTO)
    needed(data, "face", "face_url")
    given = [*data.getlist("face"), *data.getlist("face_url")]
    indexes = [index_of(text) for text in data.getlist("index")]
    if indexes and len(indexes) != len(given):
        raise DomainError("faces_unclear", case="indexes", pointer="/index")
    references = data.getlist("reference")
    if references and (len(references) != len(given) or indexes):
        raise DomainError("faces_unclear", case="references", pointer="/reference")
    faces = []
    for position, value in enumerate(given):
        photo = from_value(value, caller=caller, label=FACE_PHOTO)
        other = from_value(references[position], caller=caller, label=REFERENCE_PHOTO) if references else None
        index = indexes[position] if indexes else None
        faces.append(FaceInput(photo, index=index, reference=other))
    options = _form_options(data)
    return Submit(target, faces, options_of(options), wants_label(options), callback_of(data, caller))


def callback_of(data: Any, caller: Caller, name: str = "callback_url") -> Callback:
    """Whom a request wants told about the end of its job."""
    with pointing_to(f"/{name}"):
        return Callback(address(data.get(name), name=name), caller.site_url)


def _form_options(data: QueryDict) -> dict[str, Any]:
    try:
        options = parse_json(str(data.get("options") or "{}"))
    except (ValueError, RecursionError):
        raise BadRequest("options", "/options") from None
    check(options, "Options")
    return dict(options)


def _check_faces(faces: list[FaceInput]) -> None:
    named = [face.index is not None or face.reference is not None for face in faces]
    if any(named) and not all(named):
        raise DomainError("faces_unclear", case="mixed", pointer="/faces")


def render_job(job: SwapJob, site_url: str) -> dict[str, Any]:
    """A job as JSON. Its balance is the owner's now."""
    address = site_url + reverse("api:swap", args=[job.pk])
    done = job.status == SwapJob.Status.DONE
    return {
        "id": str(job.pk),
        "status": job.status,
        "progress": {"stage": job.stage, "percent": job.percent},
        "faces": [{"index": face.index, "by_reference": face.has_reference} for face in job.face_rows],
        "points": {"cost": job.price, "balance": job.owner.balance},
        "urls": {
            "self": address,
            "page": site_url + job.get_absolute_url(),
            "result": site_url + reverse("api:swap_result", args=[job.pk]) if done else None,
            "download": result_link(job, site_url) or None,
        },
        "width": job.width or None,
        "height": job.height or None,
        "created": _time(job.created),
        "started": _time(job.started),
        "completed": _time(job.completed),
        "expires": _time(job.expires),
        "error": {"code": job.error_code, "detail": job.error_text} if job.error_code else None,
    }


def render_faces(row: FoundPhoto, faces: list[Face], size: tuple[int, int], points: dict[str, int]) -> dict[str, Any]:
    """The answer of POST /faces."""
    return {
        "id": row.pk.hex,
        "width": size[0],
        "height": size[1],
        "faces": [render_face(face, index, f"{row.pk.hex}-{index}") for index, face in enumerate(faces)],
        "points": points,
    }


def render_face(face: Face, index: int, name: str) -> dict[str, Any]:
    """One face as JSON."""
    return {
        "index": index,
        "id": name,
        "box": [round(value, 1) for value in face.box],
        "landmarks": [[round(float(x), 1), round(float(y), 1)] for x, y in face.landmarks],
        "score": round(face.score, 3),
        "quality": {"score": round(face.quality.score, 3), "reasons": list(face.quality.reasons)},
    }


def render_entry(entry: PointEntry) -> dict[str, Any]:
    """A line of the ledger."""
    return {
        "kind": entry.kind,
        "amount": entry.amount,
        "reason": entry.reason,
        "reference": entry.reference,
        "created": _time(entry.created),
    }


def render_callback(job: SwapJob) -> str:
    """The body of a native callback, after Standard Webhooks."""
    event = {"type": f"swap.{job.status}", "timestamp": _time(job.completed), "data": render_job(job, job.site_url)}
    return json.dumps(event)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
