"""The words of the registry in the native API: its operations, its requests, and how people look as JSON."""

from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter

from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.openapi import FILE, FORM, KEY, PAGING, answer, documented, picture, problems, query
from faceswap_site.lib.api.schema import UUID, Schema, obj, ref
from faceswap_site.lib.api.schema_errors import WANTED
from recognition.models import Person
from recognition.photos.inputs import INDEX

from .serializers import EnrolledPhotoSerializer, PersonSerializer

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
PHOTO_FORM = obj("photo", photo=FILE, index=INDEX)

SCHEMAS: dict[str, Schema] = {
    "NewPerson": obj("name consent", name=NAME, consent=obj("basis", basis=BASIS, note=NOTE)),
    "PersonChange": obj("name", name=NAME),
    "NewPhoto": obj("photo", photo=ref("Photo"), index=INDEX),
}

list_people = documented(
    operation_id="list_people",
    summary="List the people you know",
    tags=PEOPLE,
    parameters=[*PAGING, NAMED],
    responses={200: answer(page("People", PersonSerializer(many=True)), "A page, newest first."), **problems(422)},
)
add_person = documented(
    operation_id="add_person",
    summary="Add a person",
    tags=PEOPLE,
    parameters=[KEY],
    request={"application/json": ref("NewPerson")},
    responses={
        201: answer(PersonSerializer, "Added; Location names the person."),
        **problems(409, 413, 415, 422),
    },
)
get_person = documented(
    operation_id="get_person",
    summary="See a person",
    tags=PEOPLE,
    parameters=[PERSON_ID],
    responses={200: answer(PersonSerializer, "The person."), **problems(404)},
)
rename_person = documented(
    operation_id="rename_person",
    summary="Rename a person",
    tags=PEOPLE,
    parameters=[PERSON_ID],
    request={"application/json": ref("PersonChange")},
    responses={200: answer(PersonSerializer, "The person."), **problems(404, 413, 415, 422)},
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
    responses={201: answer(EnrolledPhotoSerializer, "Kept."), **problems(404, 409, 413, 415, 422)},
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
