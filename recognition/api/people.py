"""The registry in the native API: an account's own people and their photos; those of others don't exist here."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.charges import charged
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey
from faceswap_site.lib.api.answers import page
from faceswap_site.lib.api.bounded_json import BoundedJSON
from faceswap_site.lib.api.openapi import FORM, KEY, PAGING, binary, documented, problems, query, told
from faceswap_site.lib.api.problems import NotFound
from faceswap_site.lib.api.schema import check, ref
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.numbers import LARGEST_ID, whole_number
from recognition.models import KnownFace, Person
from recognition.photos.intake import Caller, index_of, one_photo, pixels
from recognition.registry import enrolment
from recognition.registry.enrolment import Consent

from .requests import PHOTO_FORM
from .serializers import EnrolledPhotoSerializer, PersonSerializer

NAMED = query("q", "Only people whose name contains this.", {"type": "string"})
REGISTRY = ApiKey.Scope.REGISTRY


class RegistryView(AccountView):
    """What the views of the registry share: the scope, and whose people they are about."""

    tag = "People"
    serializer_class = PersonSerializer
    scopes: ClassVar = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), REGISTRY)

    def people(self) -> QuerySet[Person]:
        own = Person.objects.filter(registry__owner=self.account)
        return own.select_related("registry").prefetch_related("faces")

    def person(self, person_id: str) -> Person:
        return get_object_or_404(self.people(), uuid=person_id)

    def photo(self, person_id: str, photo_id: str) -> KnownFace:
        number = whole_number(photo_id, most=LARGEST_ID) or 0
        return get_object_or_404(KnownFace, person=self.person(person_id), pk=number)


class PeopleView(RegistryView):
    parser_classes = [BoundedJSON]

    @documented(
        operation_id="list_people",
        summary=gettext_noop("List the people you know"),
        parameters=[*PAGING, NAMED],
        responses=told(page("People", PersonSerializer(many=True)), "A page, newest first.", 422),
    )
    def get(self, request: Request) -> Response:
        words = request.query_params.get("q", "").replace("\0", "").strip()
        people = self.people().filter(name__icontains=words) if words else self.people()
        return self.page_of(people)

    @documented(
        operation_id="add_person",
        summary=gettext_noop("Add a person"),
        parameters=[KEY],
        request={"application/json": ref("NewPerson")},
        responses=told(PersonSerializer, "Added; Location names the person.", 409, 413, 415, 422, status=201),
    )
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        data: Any = request.data
        check(data, "NewPerson")
        consent = Consent(data["consent"]["basis"], data["consent"].get("note", ""))
        with transaction.atomic(), charged(self.account, named=named) as charge:
            person = enrolment.add_person(account=self.account, name=data["name"], consent=consent)
            location = reverse("api:person", args=[person.uuid])
            return charge.answer(self.serialized(person), status=201, location=location)


class PersonView(RegistryView):
    parser_classes = [BoundedJSON]

    @documented(
        operation_id="get_person",
        summary=gettext_noop("See a person"),
        responses=told(PersonSerializer, "The person.", 404),
    )
    def get(self, request: Request, person_id: str) -> Response:
        return Response(self.serialized(self.person(person_id)))

    @documented(
        operation_id="rename_person",
        summary=gettext_noop("Rename a person"),
        request={"application/json": ref("PersonChange")},
        responses=told(PersonSerializer, "The person.", 404, 413, 415, 422),
    )
    def patch(self, request: Request, person_id: str) -> Response:
        person = self.person(person_id)
        data: Any = request.data
        check(data, "PersonChange")
        enrolment.rename_person(account=self.account, person=person, name=data["name"])
        return Response(self.serialized(person))

    @documented(
        operation_id="delete_person",
        summary=gettext_noop("Delete a person with all photos"),
        responses=told(None, "Nothing of the person is left.", 404, status=204),
    )
    def delete(self, request: Request, person_id: str) -> Response:
        enrolment.delete_person(account=self.account, person=self.person(person_id))
        return Response(status=204)


class PhotosView(RegistryView):
    @documented(
        operation_id="add_photo",
        summary=gettext_noop("Add a face photo of a person"),
        parameters=[KEY],
        request={"application/json": ref("NewPhoto"), FORM: PHOTO_FORM},
        responses=told(EnrolledPhotoSerializer, "Kept.", 404, 409, 413, 415, 422, status=201),
    )
    @once
    def post(self, request: Request, named: NamedRequest | None, person_id: str) -> Response:
        person = self.person(person_id)
        data: Any = request.data
        given = one_photo(data, schema="NewPhoto", form=PHOTO_FORM, caller=Caller.of(self))
        index = None if data.get("index") == "" else index_of(data.get("index"))
        photo = pixels(given, account=self.account, label="photo")
        with charged(self.account, named=named) as charge:
            enrolled = enrolment.enrol_face(account=self.account, person=person, photo=photo, index=index)
            return charge.answer(EnrolledPhotoSerializer(enrolled).data, status=201)

    def render_error(self, error: DomainError, status: int) -> Response:
        response = super().render_error(error, status)
        if "boxes" in error.details:
            response.data["faces"] = error.details["boxes"]
        return response


class PhotoView(RegistryView):
    @documented(
        operation_id="get_photo",
        summary=gettext_noop("Download a face photo"),
        responses={**binary("The face with a margin.", "image/jpeg"), **problems(404)},
    )
    def get(self, request: Request, person_id: str, photo_id: str) -> Any:
        face = self.photo(person_id, photo_id)
        if not face.photo:
            raise NotFound
        return private_file(face.photo)

    @documented(
        operation_id="delete_photo",
        summary=gettext_noop("Delete a face photo"),
        responses=told(None, "The photo is gone.", 404, status=204),
    )
    def delete(self, request: Request, person_id: str, photo_id: str) -> Response:
        enrolment.forget_face(account=self.account, face=self.photo(person_id, photo_id))
        return Response(status=204)
