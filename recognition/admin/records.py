"""What administrators confirm and look up: own faces that accounts want for themselves, and the audit log."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.authentication import account_of
from recognition.models import AuditEntry, ContentCount, Reservation, ReviewedPhoto
from recognition.registry import enrolment

from .base import UnloggedAdmin, preview


@admin.register(Reservation)
class ReservationAdmin(UnloggedAdmin[Reservation]):
    list_display = ("pictures", "account", "consent_recorded", "reservation_confirmed", "new_photos")
    actions = ("confirm",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        asked = super().get_queryset(request).filter(reserved=True)
        return asked.select_related("registry__owner").prefetch_related("faces")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Reservation | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Reservation | None = None) -> bool:
        return False

    @admin.display(description="photos")
    def pictures(self, person: Reservation) -> SafeString:
        return format_html_join(" ", "{}", ((preview(face, 96),) for face in person.faces.all()))

    @admin.display(description="photos to confirm")
    def new_photos(self, person: Reservation) -> int:
        confirmed = person.reservation_confirmed
        return sum(confirmed is None or face.created > confirmed for face in person.faces.all())

    @admin.display(description="account")
    def account(self, person: Reservation) -> str:
        return str(person.registry.owner)

    @admin.action(description="Confirm: the face is the account's own", permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Reservation]) -> None:
        account = account_of(request)
        count = sum(enrolment.confirm_reservation(account=account, person=person) for person in queryset)
        messages.success(request, f"{count} confirmed.")


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin[AuditEntry]):
    list_display = ("created", "event", "account", "person", "details")
    list_filter = ("event", "created")
    search_fields = ("account__username",)
    list_select_related = ("account", "person")
    date_hierarchy = "created"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False


@admin.register(ContentCount)
class ContentCountAdmin(UnloggedAdmin[ContentCount]):
    """Counts alone: nothing is kept of the photos that looked explicit."""

    list_display = ("day", "photos")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ContentCount | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: ContentCount | None = None) -> bool:
        return False


@admin.register(ReviewedPhoto)
class ReviewedPhotoAdmin(admin.ModelAdmin[ReviewedPhoto]):
    """Photos that the classifier mistook: the sentence of their refusal told the number."""

    list_display = ("number", "created")
    search_fields = ("number",)
