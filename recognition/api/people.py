"""The registry in the native API: an account's own people and their photos; those of others don't exist here."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.view import AccountView
from accounts.charges import charged
from accounts.idempotency import NamedRequest, once
from accounts.models import ApiKey
from faceswap_site.lib.api.bounded_json import BoundedJSON
from faceswap_site.lib.api.problems import NotFound
from faceswap_site.lib.api.schema import check
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from faceswap_site.lib.numbers import LARGEST_ID, whole_number
from recognition.models import KnownFace, Person
from recognition.photos.inputs import Caller, index_of, one_photo, pixels
from recognition.registry import enrolment
from recognition.registry.enrolment import Consent

from . import people_wire as wire
from .serializers import EnrolledPhotoSerializer, PersonSerializer

REGISTRY = ApiKey.Scope.REGISTRY


class RegistryView(AccountView):
    """What the views of the registry share: the scope, and whose people they are about."""

    serializer_class = PersonSerializer
    scopes: ClassVar = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), REGISTRY)

    def people(self) -> QuerySet[Person]:
        own = Person.objects.filter(registry__owner=self.account)
        return own.select_related("registry").prefetch_related("faces")

    def person(self, person_id: str) -> Person:
        try:
            person = self.people().filter(uuid=UUID(person_id)).first()
        except ValueError:
            person = None
        if person is None:
            raise NotFound
        return person

    def photo(self, person_id: str, photo_id: str) -> KnownFace:
        number = whole_number(photo_id, most=LARGEST_ID) or 0
        face = KnownFace.objects.filter(person=self.person(person_id), pk=number).first()
        if face is None:
            raise NotFound
        return face


class PeopleView(RegistryView):
    parser_classes = [BoundedJSON]

    @wire.list_people
    def get(self, request: Request) -> Response:
        words = request.query_params.get("q", "").replace("\0", "").strip()
        people = self.people().filter(name__icontains=words) if words else self.people()
        return self.page_of(people)

    @wire.add_person
    @once
    def post(self, request: Request, named: NamedRequest | None) -> Response:
        data: Any = request.data
        check(data, "NewPerson")
        consent = Consent(data["consent"]["basis"], data["consent"].get("note", ""))
        with transaction.atomic(), charged(self.account, named=named) as charge:
            person = enrolment.add_person(account=self.account, name=data["name"], consent=consent)
            location = reverse("api:person", args=[person.uuid])
            return charge.answer(self.get_serializer(person).data, status=201, location=location)


class PersonView(RegistryView):
    parser_classes = [BoundedJSON]

    @wire.get_person
    def get(self, request: Request, person_id: str) -> Response:
        return Response(self.get_serializer(self.person(person_id)).data)

    @wire.rename_person
    def patch(self, request: Request, person_id: str) -> Response:
        person = self.person(person_id)
        data: Any = request.data
        check(data, "PersonChange")
        enrolment.rename_person(account=self.account, person=person, name=data["name"])
        return Response(self.get_serializer(person).data)

    @wire.delete_person
    def delete(self, request: Request, person_id: str) -> Response:
        enrolment.delete_person(account=self.account, person=self.person(person_id))
        return Response(status=204)


class PhotosView(RegistryView):
    @wire.add_photo
    @once
    def post(self, request: Request, named: NamedRequest | None, person_id: str) -> Response:
        person = self.person(person_id)
        data: Any = request.data
        given = one_photo(data, schema="NewPhoto", form=wire.PHOTO_FORM, caller=Caller.of(self))
        index = None if data.get("index") == "" else index_of(data.get("index"))
        photo = pixels(given, label="photo")
        with charged(self.account, named=named) as charge:
            enrolled = enrolment.enrol_face(account=self.account, person=person, photo=photo, index=index)
            return charge.answer(EnrolledPhotoSerializer(enrolled).data, status=201)

    def render_error(self, error: DomainError, status: int) -> Response:
        response = super().render_error(error, status)
        if "boxes" in error.details:
            response.data["faces"] = error.details["boxes"]
        return response


class PhotoView(RegistryView):
    @wire.get_photo
    def get(self, request: Request, person_id: str, photo_id: str) -> Any:
        face = self.photo(person_id, photo_id)
        if not face.photo:
            raise NotFound
        return private_file(face.photo)

    @wire.delete_photo
    def delete(self, request: Request, person_id: str, photo_id: str) -> Response:
        enrolment.forget_face(account=self.account, face=self.photo(person_id, photo_id))
        return Response(status=204)
