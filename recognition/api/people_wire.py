"""The words of the registry in the native API: its operations, its requests, and how people look as JSON."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter

from faceswap_site.lib.api.openapi import FILE, FORM, KEY, PAGING, answer, documented, picture, problems, query
from faceswap_site.lib.api.schema import TIME, UUID, Schema, nullable, obj, ref
from faceswap_site.lib.api.schema_errors import WANTED
from recognition.models import KnownFace, Person
from recognition.photos.inputs import INDEX

PERSON_ID = OpenApiParameter("person_id", UUID, OpenApiParameter.PATH)
PHOTO_ID = OpenApiParameter("photo_id", {"type": "integer"}, OpenApiParameter.PATH)
NAMED = query("q", "Only people whose name contains this.", {"type": "string"})
PEOPLE = ["People"]
NAME: Schema = {
    "type": "string",
    "maxLength": 100,
    "pattern": r"^[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*$",
    "description": "1 to 100 characters.",
    WANTED: gettext_noop("a name of 1 to 100 characters on one line"),
}
NOTE: Schema = {
    "type": "string",
    "maxLength": 200,
    "pattern": r"^[^\x00]*$",
    "description": "In your words.",
    WANTED: gettext_noop("a text of at most 200 characters"),
}
BASIS: Schema = {
    "type": "string",
    "enum": list(Person.Basis.values),
    "description": "It is you, the person agreed, a guardian did, or the law allows it.",
}
PHOTO: dict[str, Schema] = {
    "id": {"type": "integer"},
    "quality": {"type": "number"},
    "reasons": {"type": "array", "items": {"type": "string"}, "description": "What lowers the quality."},
    "created": TIME,
}
PHOTO_FORM = obj("photo", photo=FILE, index=INDEX)

SCHEMAS: dict[str, Schema] = {
    "NewPerson": obj("name consent", name=NAME, consent=obj("basis", basis=BASIS, note=NOTE)),
    "PersonChange": obj("name", name=NAME),
    "NewPhoto": obj("photo", photo=ref("Photo"), index=INDEX),
    "Person": obj(
        "id name consent photos created",
        title="Someone whom the account knows.",
        id=UUID,
        name={"type": "string"},
        consent=obj("basis note recorded", basis=BASIS, note={"type": "string"}, recorded=TIME),
        photos={"type": "array", "items": obj("id quality reasons created", title="", **PHOTO)},
        created=TIME,
    ),
    "People": obj("data next", data={"type": "array", "items": ref("Person")}, next=nullable({"type": "string"})),
    "EnrolledPhoto": obj(
        "id quality reasons created warnings",
        title="",
        **PHOTO,
        warnings={
            "type": "array",
            "items": {"type": "string"},
            "description": "Such as that the face looks like someone else's.",
        },
    ),
}

list_people = documented(
    operation_id="list_people",
    summary="List the people you know",
    tags=PEOPLE,
    parameters=[*PAGING, NAMED],
    responses={200: answer(ref("People"), "A page, newest first."), **problems(422)},
)
add_person = documented(
    operation_id="add_person",
    summary="Add a person",
    tags=PEOPLE,
    parameters=[KEY],
    request={"application/json": ref("NewPerson")},
    responses={201: answer(ref("Person"), "Added; Location names the person."), **problems(409, 413, 415, 422)},
)
get_person = documented(
    operation_id="get_person",
    summary="See a person",
    tags=PEOPLE,
    parameters=[PERSON_ID],
    responses={200: answer(ref("Person"), "The person."), **problems(404)},
)
rename_person = documented(
    operation_id="rename_person",
    summary="Rename a person",
    tags=PEOPLE,
    parameters=[PERSON_ID],
    request={"application/json": ref("PersonChange")},
    responses={200: answer(ref("Person"), "The person."), **problems(404, 413, 415, 422)},
)
delete_person = documented(
    operation_id="delete_person",
    summary="Delete a person with all photos",
    tags=PEOPLE,
    parameters=[PERSON_ID],
    responses={204: answer(None, "Nothing of the person is left."), **problems(404)},
)
add_photo = documented(
    operation_id="add_photo",
    summary="Add a face photo of a person",
    tags=PEOPLE,
    parameters=[PERSON_ID, KEY],
    request={"application/json": ref("NewPhoto"), FORM: PHOTO_FORM},
    responses={201: answer(ref("EnrolledPhoto"), "Kept."), **problems(404, 409, 413, 415, 422)},
)
get_photo = documented(
    operation_id="get_photo",
    summary="Download a face photo",
    tags=PEOPLE,
    parameters=[PERSON_ID, PHOTO_ID],
    responses={**picture("The face with a margin.", "image/jpeg"), **problems(404)},
)
delete_photo = documented(
    operation_id="delete_photo",
    summary="Delete a face photo",
    tags=PEOPLE,
    parameters=[PERSON_ID, PHOTO_ID],
    responses={204: answer(None, "The photo is gone."), **problems(404)},
)


def render_person(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.uuid),
        "name": person.name,
        "consent": {
            "basis": person.consent_basis,
            "note": person.consent_note,
            "recorded": _time(person.consent_recorded),
        },
        "photos": [render_photo(face) for face in person.faces.all()],
        "created": _time(person.created),
    }


def render_photo(face: KnownFace) -> dict[str, Any]:
    return {"id": face.pk, "quality": face.quality, "reasons": face.reasons, "created": _time(face.created)}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
