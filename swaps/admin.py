"""Jobs on the admin site: to look at, cancel and delete. No person's photo is shown there."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from swaps.jobs import services
from swaps.results import publishing

from .models import ResultReport, SwapJob


@admin.register(SwapJob)
class SwapJobAdmin(admin.ModelAdmin[SwapJob]):
    list_display = (
        "id",
        "owner",
        "origin",
        "status",
        "stage",
        "attempts",
        "price",
        "created",
        "completed",
        "error_code",
    )
    list_filter = ("status", "origin", "error_code", "created")
    search_fields = ("id", "owner__username")
    list_select_related = ("owner",)
    date_hierarchy = "created"
    actions = ("cancel_jobs",)
    exclude = ("target", "result", "thumbnail")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SwapJob | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: SwapJob) -> None:
        services.delete_swap(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SwapJob]) -> None:
        for job in queryset:
            services.delete_swap(job)

    @admin.action(description="Cancel the chosen jobs", permissions=["delete"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[SwapJob]) -> None:
        count = sum(services.cancel_swap(job) for job in queryset)
        messages.success(request, f"{count} jobs cancelled, their points given back.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in SwapJob._meta.fields]


class OpenFilter(admin.SimpleListFilter):
    """Open reports first: what is decided is only looked at on purpose."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", "Decided"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ResultReport]) -> QuerySet[ResultReport]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed__isnull=self.value() != "closed")

    def choices(self, changelist: Any) -> Any:
        choices = super().choices(changelist)
        first = next(choices)
        yield {**first, "display": "Open"}
        yield from choices


@admin.register(ResultReport)
class ReportAdmin(admin.ModelAdmin[ResultReport]):
    list_display = ("created", "reason", "words", "result", "closed")
    list_filter = (OpenFilter, "reason")
    actions = ("take_down", "dismiss")
    readonly_fields = ("job", "reason", "words", "reporter", "created", "closed", "result")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Result")
    def result(self, report: ResultReport) -> str:
        return format_html('<a href="{}">Look at it</a>', reverse("swaps:public", args=[report.job_id]))

    @admin.action(description="Take the results down for good", permissions=["change"])
    def take_down(self, request: HttpRequest, queryset: QuerySet[ResultReport]) -> None:
        messages.success(request, f"{publishing.take_down(queryset)} results taken down.")

    @admin.action(description="Dismiss: the results may stay", permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[ResultReport]) -> None:
        messages.success(request, f"{publishing.dismiss(queryset)} reports dismissed.")
