"""What the recognition pages of the admin site share."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recognition.models import KnownFace

Row = TypeVar("Row", bound=Model)


def preview(face: KnownFace | None, side: int) -> SafeString | str:
    """A small picture of a face, served by a view that asks for permission."""
    if face is None or not face.photo:
        return "–"
    address = reverse("admin:recognition_person_photo", args=[face.pk])
    return format_html('<img src="{}" width="{}" height="{}" alt="">', address, side, side)


class UnloggedAdmin(admin.ModelAdmin[Row]):
    """Writes nothing to Django's own log, which would keep a person's name after the person is deleted."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return []


def page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page in the frame of the admin site; 400 where its form has errors."""
    everything = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, **context}
    status = 400 if context.get("form") is not None and context["form"].errors else 200
    return render(request, f"admin/recognition/{template}", everything, status=status)
