"""Whose face is meant: photos that show several people wait here, for a day at most, until a face is chosen."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.authentication import SignedInRequest, signed_in_only
from accounts.models import User
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from recognition.models import FoundPhoto, Person
from recognition.photos.found_faces import HEX, forget_found, keep_boxes
from recognition.photos.stored import load_photo
from recognition.registry.enrol_photos import Enrolled, KeepToChoose
from recognition.registry.enrolment import Consent, add_person, delete_person, enrol_face
from recognition.search.loaded_registries import site_registry


@dataclass(frozen=True)
class Choice:
    """A face to choose: its number from the left, from 1, and where its box lies on the photo, as CSS says it."""

    number: int
    place: str


@dataclass(frozen=True)
class Waiting:
    """A photo with the faces on it."""

    row: FoundPhoto
    number: int
    choices: tuple[Choice, ...]

    @property
    def field(self) -> str:
        return f"face-{self.row.pk.hex}"


def keeper(account: User) -> KeepToChoose:
    """What keeps an account's photos until a face is chosen."""
    return lambda photo, boxes: keep_boxes(owner=account, photo=photo, boxes=boxes).pk.hex


# Under this name the session keeps who is to be added once a face is chosen.
TO_ADD = "person_to_add"


def tell_and_go_on(request: SignedInRequest, result: Enrolled, *, protected: bool = False) -> HttpResponse:
    """Say what became of photos, and go on to the choice where there is one to make.

    `protected` is for a person of the site who is not stored yet.
    """
    count = len(result.faces)
    if count:
        messages.success(request, ngettext("%d photo added.", "%d photos added.", count) % count)
    for sentence in result.warnings:
        messages.warning(request, sentence)
    for sentence in result.refused:
        messages.error(request, sentence)
    if result.to_choose:
        query = urlencode({"photo": result.to_choose}, doseq=True)
        if result.person.pk is None:
            request.session[TO_ADD] = _remembered(result.person, protected)
            return redirect(f"{reverse('recognition:choose_first')}?{query}")
        return redirect(f"{reverse('recognition:choose', args=[result.person.uuid])}?{query}")
    return redirect(_page_of(result.person))


@signed_in_only("GET", "POST")
def choose(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Show the photos that the address names with their faces; keep the chosen ones, forget the photos."""
    person = _changeable_person(request, uuid)
    waiting = _waiting(request)
    if not waiting:
        messages.error(request, _("These photos are gone. Add them again."))
        return redirect(_page_of(person))
    if request.method == "GET":
        return render(request, "recognition/choose.html", {"person": person, "waiting": waiting})
    return tell_and_go_on(request, _keep_chosen(request, person, waiting))


@signed_in_only("GET", "POST")
def choose_first(request: SignedInRequest) -> HttpResponse:
    """The same for somebody who is added with the first face that is chosen, or not at all."""
    waiting, wanted = _waiting(request), request.session.get(TO_ADD)
    if not waiting or wanted is None:
        messages.error(request, _("These photos are gone. Add them again."))
        return redirect("recognition:add")
    if request.method == "GET":
        return render(request, "recognition/choose.html", {"person": wanted, "waiting": waiting})
    del request.session[TO_ADD]
    try:
        result = _add_with_chosen(request, wanted, waiting)
    except DomainError as error:
        messages.error(request, spoken(error))
        return redirect("recognition:add")
    if result.faces:
        return tell_and_go_on(request, result)
    for sentence in result.refused or [_("Nobody was added, for no face was chosen.")]:
        messages.error(request, sentence)
    return redirect("admin:recognition_person_add" if wanted["of_site"] else "recognition:add")


@signed_in_only("GET")
def photo_to_choose_from(request: SignedInRequest, found: UUID) -> FileResponse:
    return private_file(get_object_or_404(_found(request), pk=found).photo)


def _remembered(person: Person, protected: bool) -> dict[str, object]:
    return {
        "name": person.name,
        "basis": person.consent_basis,
        "note": person.consent_note,
        "of_site": person.registry.owner_id is None,
        "protected": protected,
    }


def _add_with_chosen(request: SignedInRequest, wanted: dict[str, Any], waiting: list[Waiting]) -> Enrolled:
    """Add a person with the chosen faces; nobody where none of them can be kept."""
    person = add_person(
        account=request.user,
        name=wanted["name"],
        consent=Consent(wanted["basis"], wanted["note"]),
        registry=site_registry() if wanted["of_site"] else None,
        protected=wanted["protected"],
    )
    result = _keep_chosen(request, person, waiting)
    if not result.faces:
        delete_person(account=request.user, person=person)
    return result


def _keep_chosen(request: SignedInRequest, person: Person, waiting: list[Waiting]) -> Enrolled:
    """Keep the chosen face of each photo, and forget the photos."""
    result = Enrolled(person)
    for photo in waiting:
        chosen = request.POST.get(photo.field)
        for choice in photo.choices:
            if chosen == str(choice.number):
                _enrol(request.user, result, photo, choice.number - 1)
        forget_found(photo.row)
    return result


def _enrol(account: User, result: Enrolled, waiting: Waiting, index: int) -> None:
    left, top, right, bottom = waiting.row.boxes[index]
    photo = load_photo(waiting.row.photo, label="photo")
    middle = (left + right) / 2, (top + bottom) / 2
    try:
        enrolled = enrol_face(account=account, person=result.person, photo=photo, point=middle)
    except DomainError as error:
        result.refused.append(_("Photo %(number)d: %(what)s") % {"number": waiting.number, "what": spoken(error)})
    else:
        result.faces.append(enrolled.face)
        result.warnings += enrolled.warnings


def _found(request: SignedInRequest) -> QuerySet[FoundPhoto]:
    return FoundPhoto.objects.filter(owner=request.user, expires__gt=timezone.now())


def _waiting(request: SignedInRequest) -> list[Waiting]:
    """The account's own photos that the address names; others, and those that are gone, are left out."""
    names = [UUID(name) for name in request.GET.getlist("photo") if HEX.fullmatch(name)]
    rows = _found(request).in_bulk(names)
    known = [rows[name] for name in dict.fromkeys(names) if name in rows]
    return [Waiting(row, number, tuple(_choices(row))) for number, row in enumerate(known, 1)]


def _choices(row: FoundPhoto) -> list[Choice]:
    width, height = row.photo.width, row.photo.height
    return [
        Choice(
            number,
            f"left:{100 * left / width:.2f}%;top:{100 * top / height:.2f}%;"
            f"width:{100 * (right - left) / width:.2f}%;height:{100 * (bottom - top) / height:.2f}%",
        )
        for number, (left, top, right, bottom) in enumerate(row.boxes, 1)
    ]


def _changeable_person(request: SignedInRequest, uuid: UUID) -> Person:
    """One's own person; for administrators also one of the site's."""
    mine = Q(registry__owner=request.user)
    if request.user.is_staff and request.user.has_perm("recognition.change_person"):
        mine |= Q(registry__owner=None)
    return get_object_or_404(Person.objects.select_related("registry").filter(mine), uuid=uuid)


def _page_of(person: Person) -> str:
    if person.registry.owner_id is None:
        return reverse("admin:recognition_person_change", args=[person.pk])
    return person.get_absolute_url()
