"""Jobs on the admin site: to look at, cancel and delete. No person's photo is shown there."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from . import services
from .models import SwapJob
from .moderation import ReportAdmin as ReportAdmin


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
