"""The pages of the people whom an account knows. Other accounts get 404 for all of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.authentication import SignedInRequest, signed_in_only
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.files import private_file
from recognition.models import KnownFace, Person
from recognition.registry import enrolment
from recognition.registry.enrol_photos import add_person_with_photos, enrol_photos

from .choose import keeper, tell_and_go_on
from .forms import PersonForm, PhotosForm, RenameForm

PEOPLE_A_PAGE = 48


def _own_person(request: SignedInRequest, uuid: object) -> Person:
    return get_object_or_404(Person.objects.select_related("registry"), uuid=uuid, registry__owner=request.user)


def _own_face(request: SignedInRequest, uuid: object, number: int) -> KnownFace:
    return get_object_or_404(KnownFace, pk=number, person=_own_person(request, uuid))


@signed_in_only("GET")
def people(request: SignedInRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()
    known = Person.objects.filter(registry__owner=request.user).annotate(photos=Count("faces")).order_by("name", "id")
    known = known.filter(name__icontains=words) if words else known
    page = Paginator(known.prefetch_related("faces"), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "recognition/people.html", {"page": page, "words": words})


@signed_in_only("GET", "POST")
def add(request: SignedInRequest) -> HttpResponse:
    form = PersonForm(request.POST, request.FILES) if request.method == "POST" else PersonForm()
    if form.is_bound and form.is_valid():
        name, uploads = form.cleaned_data["name"], form.cleaned_data["photos"]
        try:
            result = add_person_with_photos(
                account=request.user,
                name=name,
                consent=form.consent(),
                uploads=uploads,
                keep_to_choose=keeper(request.user),
            )
        except DomainError as error:
            form.add_error("photos", spoken(error))
        else:
            return tell_and_go_on(request, result)
    return render(request, "recognition/add.html", {"form": form}, status=400 if form.errors else 200)


@signed_in_only("GET")
def person(request: SignedInRequest, uuid: object) -> HttpResponse:
    return _person_page(request, _own_person(request, uuid), PhotosForm())


@signed_in_only("POST")
def add_photos(request: SignedInRequest, uuid: object) -> HttpResponse:
    known, form = _own_person(request, uuid), PhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        return _person_page(request, known, form)
    uploads = form.cleaned_data["photos"]
    result = enrol_photos(account=request.user, person=known, uploads=uploads, keep_to_choose=keeper(request.user))
    return tell_and_go_on(request, result)


@signed_in_only("POST")
def rename(request: SignedInRequest, uuid: object) -> HttpResponse:
    known, form = _own_person(request, uuid), RenameForm(request.POST)
    if form.is_valid():
        enrolment.rename_person(account=request.user, person=known, name=form.cleaned_data["name"])
    else:
        messages.error(request, _("Give a name of at most 100 characters."))
    return redirect(known)


@signed_in_only("POST")
def reserve(request: SignedInRequest, uuid: object) -> HttpResponse:
    known = _own_person(request, uuid)
    try:
        enrolment.reserve_face(account=request.user, person=known, reserved=request.POST.get("reserved") == "yes")
    except DomainError as error:
        messages.error(request, spoken(error))
    return redirect(known)


@signed_in_only("POST")
def delete(request: SignedInRequest, uuid: object) -> HttpResponse:
    enrolment.delete_person(account=request.user, person=_own_person(request, uuid))
    messages.success(request, _("Deleted: the person and all their photos are gone."))
    return redirect("recognition:people")


@signed_in_only("POST")
def forget(request: SignedInRequest, uuid: object, number: int) -> HttpResponse:
    face = _own_face(request, uuid, number)
    enrolment.forget_face(account=request.user, face=face)
    messages.success(request, _("Deleted: the photo is gone."))
    return redirect(face.person)


@signed_in_only("GET")
def picture(request: SignedInRequest, uuid: object, number: int) -> FileResponse:
    return private_file(_own_face(request, uuid, number).photo)


def _person_page(request: SignedInRequest, known: Person, form: PhotosForm) -> HttpResponse:
    context = {"person": known, "faces": known.faces.all(), "form": form}
    return render(request, "recognition/person.html", context, status=400 if form.errors else 200)
