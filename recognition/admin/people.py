"""The people of the site's registry: to add, search, look at, protect, merge and delete.

Private registries are not shown, and what happens is written to the audit log without names.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString

from accounts.authentication import account_of
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.models import KnownFace, Person
from recognition.registry import enrolment
from recognition.registry.enrol_photos import add_person_with_photos, enrol_photos
from recognition.search.loaded_registries import site_registry
from recognition.views.choose import keeper, tell_and_go_on

from . import pages
from .base import UnloggedAdmin, page, preview
from .forms import ChangePersonForm, SitePersonForm


class FaceInline(admin.TabularInline[KnownFace, Person]):
    model = KnownFace
    fields = readonly_fields = ("picture", "quality", "reasons", "encoder", "created")
    extra = max_num = 0

    @admin.display(description="photo")
    def picture(self, face: KnownFace) -> SafeString | str:
        return preview(face, 96)


@admin.register(Person)
class PersonAdmin(UnloggedAdmin[Person]):
    form = ChangePersonForm
    list_display = ("picture", "name", "photo_count", "protected", "consent_basis", "consent_recorded")
    list_display_links = ("picture", "name")
    list_filter = ("protected", "consent_basis")
    search_fields = ("name",)
    readonly_fields = ("consent_recorded", "consent_recorded_by")
    inlines = (FaceInline,)
    actions = ("protect", "unprotect", "merge")
    view_on_site = False  # the pages for members show their own people only

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        people = super().get_queryset(request).filter(registry__owner=None)
        return people.select_related("registry").prefetch_related("faces").annotate(photos=Count("faces"))

    def get_urls(self) -> list[URLPattern]:
        return [*pages.urls(self), *super().get_urls()]

    @admin.display(description="photo")
    def picture(self, person: Person) -> SafeString | str:
        faces = person.faces.all()
        return preview(faces[0] if faces else None, 48)

    @admin.display(description="photos", ordering="photos")
    def photo_count(self, person: Person) -> int:
        return int(getattr(person, "photos", 0))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            return HttpResponse(status=403)
        form = SitePersonForm(request.POST, request.FILES) if request.method == "POST" else SitePersonForm()
        if form.is_bound and form.is_valid():
            try:
                return self._added(request, form)
            except DomainError as error:
                form.add_error("photos", spoken(error))
        return page(self, request, "form.html", form=form, title="Add a person", label="Add")

    def _added(self, request: HttpRequest, form: SitePersonForm) -> HttpResponse:
        account = account_of(request)
        name, photos = form.cleaned_data["name"], form.cleaned_data["photos"]
        registry = site_registry()
        result = add_person_with_photos(
            account=account,
            name=name,
            consent=form.consent(),
            uploads=photos,
            keep_to_choose=keeper(account),
            registry=registry,
        )
        protected: bool = form.cleaned_data["protected"]
        if protected and result.faces:
            enrolment.set_protected(account=account, person=result.person, protected=True)
        signed_in: Any = request
        return tell_and_go_on(signed_in, result, protected=protected)

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm[Person], change: bool) -> None:
        account = account_of(request)
        if "name" in form.changed_data:
            enrolment.rename_person(account=account, person=obj, name=obj.name)
        if "protected" in form.changed_data:
            enrolment.set_protected(account=account, person=obj, protected=obj.protected)
        if {"consent_basis", "consent_note"} & set(form.changed_data):
            consent = enrolment.Consent(obj.consent_basis, obj.consent_note)
            enrolment.change_consent(account=account, person=obj, consent=consent)
        if form.cleaned_data["more_photos"]:
            uploads = form.cleaned_data["more_photos"]
            # For `response_change`, which comes when all is saved.
            request.enrolled = enrol_photos(  # type: ignore[attr-defined]
                account=account, person=obj, uploads=uploads, keep_to_choose=keeper(account)
            )

    def response_change(self, request: HttpRequest, obj: Person) -> HttpResponse:
        signed_in: Any = request
        enrolled = getattr(request, "enrolled", None)
        return tell_and_go_on(signed_in, enrolled) if enrolled else super().response_change(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for face in formset.deleted_objects:
            enrolment.forget_face(account=account_of(request), face=face)

    def delete_model(self, request: HttpRequest, obj: Person) -> None:
        enrolment.delete_person(account=account_of(request), person=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        for person in queryset:
            self.delete_model(request, person)

    @admin.action(description="Put on the do-not-use list", permissions=["change"])
    def protect(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        self._set_protected(request, queryset, True)

    @admin.action(description="Take off the do-not-use list", permissions=["change"])
    def unprotect(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        self._set_protected(request, queryset, False)

    def _set_protected(self, request: HttpRequest, queryset: QuerySet[Person], protected: bool) -> None:
        for person in queryset:
            enrolment.set_protected(account=account_of(request), person=person, protected=protected)

    @admin.action(description="Merge the two chosen people", permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Person]) -> HttpResponseRedirect | None:
        chosen = list(queryset.values_list("pk", flat=True))
        if len(chosen) != 2:
            messages.error(request, "Choose exactly two people.")
            return None
        return HttpResponseRedirect(reverse("admin:recognition_person_merge", args=chosen))
