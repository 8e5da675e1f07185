"""What administrators can look up about each other."""

from django.contrib import admin
from django.http import HttpRequest

from .models import AdminAct


@admin.register(AdminAct)
class AdminActAdmin(admin.ModelAdmin[AdminAct]):
    """Nobody changes or deletes what was written down, administrators least of all."""

    list_display = ("at", "account", "address", "path", "act", "status")
    list_filter = ("account",)
    list_select_related = ("account",)
    search_fields = ("address", "path", "act")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AdminAct | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AdminAct | None = None) -> bool:
        return False
