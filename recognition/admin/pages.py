"""Pages beside the list of people: a photo, many photos at once, merging two people, encoding anew."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from accounts.authentication import account_of
from faceswap_site.lib.files import private_file
from recognition.models import BulkPhoto, BulkUpload, KnownFace, Person
from recognition.registry import bulk_uploads as uploads
from recognition.registry import enrolment
from recognition.search.loaded_registries import site_registry

from .base import page
from .forms import BulkForm, MergeForm

PersonPages = admin.ModelAdmin[Person]


def urls(model_admin: PersonPages) -> list[URLPattern]:
    """The addresses of these pages, each for those only who may enter the admin site."""

    def own(route: str, view: Any, name: str) -> URLPattern:
        checked = model_admin.admin_site.admin_view(partial(view, model_admin))
        return path(route, checked, name=f"recognition_person_{name}")

    return [
        own("photo/<int:number>/", photo, "photo"),
        own("bulk/", bulk, "bulk"),
        own("bulk/<uuid:upload_id>/", bulk_progress, "bulk_progress"),
        own("encode/", encode, "encode"),
        own("merge/<int:one>/<int:other>/", merge_page, "merge"),
    ]


def photo(model_admin: PersonPages, request: HttpRequest, number: int) -> FileResponse:
    """A photo of the site's registry, or of a face that its account wants confirmed."""
    visible = Person.objects.filter(registry__owner=None) | Person.objects.filter(reserved=True)
    person = get_object_or_404(visible, faces=number) if model_admin.has_view_permission(request) else None
    return private_file(get_object_or_404(KnownFace, pk=number, person=person).photo)


def merge_page(model_admin: PersonPages, request: HttpRequest, one: int, other: int) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        return HttpResponse(status=403)
    form = MergeForm(request.POST or None)
    people = model_admin.get_queryset(request).filter(pk__in=[one, other])
    form.fields["keep"].queryset = people  # type: ignore[attr-defined]
    if form.is_valid():
        into = form.cleaned_data["keep"]
        enrolment.merge_people(
            account=account_of(request), into=into, other=get_object_or_404(people.exclude(pk=into.pk))
        )
        messages.success(request, "Merged: all photos are now one person's.")
        return redirect("admin:recognition_person_change", into.pk)
    return page(model_admin, request, "form.html", form=form, title="Merge two people", label="Merge")


def bulk(model_admin: PersonPages, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        return HttpResponse(status=403)
    form = BulkForm(request.POST, request.FILES) if request.method == "POST" else BulkForm()
    if form.is_bound and form.is_valid():
        files = form.cleaned_data["photos"]
        upload = uploads.start_bulk_upload(account=account_of(request), files=files, consent=form.consent())
        return redirect("admin:recognition_person_bulk_progress", upload.pk)
    return page(model_admin, request, "form.html", form=form, title="Add many photos", label="Upload")


def bulk_progress(model_admin: PersonPages, request: HttpRequest, upload_id: object) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        return HttpResponse(status=403)
    upload = get_object_or_404(BulkUpload, pk=upload_id)
    states = dict(upload.photos.order_by().values_list("state").annotate(Count("pk")))
    total, added = sum(states.values()), states.get(BulkPhoto.State.ADDED, 0)
    told = upload.photos.exclude(message="")
    done = added + states.get(BulkPhoto.State.REFUSED, 0)
    context = {"total": total, "added": added, "done": done, "told": told, "title": "Adding many photos"}
    return page(model_admin, request, "bulk_progress.html", **context)


def encode(model_admin: PersonPages, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        return HttpResponse(status=403)
    if request.method == "POST":
        uploads.start_encoding(account=account_of(request), registry=site_registry())
        messages.success(request, "The worker describes all faces again from their photos.")
        return redirect("admin:recognition_person_changelist")
    text = "All faces of the registry are described again from their photos: needed after a change of the model."
    return page(model_admin, request, "form.html", form=None, text=text, title="Encode anew", label="Encode anew")
