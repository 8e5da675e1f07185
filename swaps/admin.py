"""Jobs and batches on the admin site: to look at, cancel and delete. No person's photo is shown there."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from swaps.batches import services as batches
from swaps.engine.models.families import FAMILIES
from swaps.engines import registry
from swaps.jobs import services
from swaps.results import publishing

from .models import OperatorEngine, ResultReport, SwapBatch, SwapJob

Shown = TypeVar("Shown", bound=Model)


class ShownAdmin(admin.ModelAdmin[Shown]):
    """Rows that an administrator looks at and may delete, but neither adds nor changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Shown | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields]


@admin.register(SwapJob)
class SwapJobAdmin(ShownAdmin[SwapJob]):
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

    def delete_model(self, request: HttpRequest, obj: SwapJob) -> None:
        services.delete_swap(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SwapJob]) -> None:
        for job in queryset:
            services.delete_swap(job)

    @admin.action(description="Cancel the chosen jobs", permissions=["delete"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[SwapJob]) -> None:
        count = sum(services.cancel_swap(job) for job in queryset)
        messages.success(request, f"{count} jobs cancelled, their points given back.")


@admin.register(SwapBatch)
class SwapBatchAdmin(ShownAdmin[SwapBatch]):
    list_display = ("id", "owner", "origin", "status", "photos", "done", "price", "created", "completed")
    list_filter = ("status", "origin", "created")
    search_fields = ("id", "owner__username")
    list_select_related = ("owner",)
    date_hierarchy = "created"
    actions = ("cancel_batches",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SwapBatch]:
        done = Count("items", filter=Q(items__job__status=SwapJob.Status.DONE))
        return super().get_queryset(request).annotate(photos=Count("items"), done=done)

    @admin.display(ordering="photos")
    def photos(self, batch: Any) -> int:
        return int(batch.photos)

    @admin.display(ordering="done")
    def done(self, batch: Any) -> int:
        return int(batch.done)

    def delete_model(self, request: HttpRequest, obj: SwapBatch) -> None:
        batches.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SwapBatch]) -> None:
        for batch in queryset:
            batches.delete(batch)

    @admin.action(description="Cancel the chosen batches", permissions=["delete"])
    def cancel_batches(self, request: HttpRequest, queryset: QuerySet[SwapBatch]) -> None:
        count = sum(batches.cancel(batch) for batch in queryset)
        messages.success(request, f"{count} batches cancelled, the points of what was not made given back.")


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


class AddEngineForm(forms.ModelForm[OperatorEngine]):
    """A file that lies in ENGINES_DIR becomes an engine: which, under which licence, accepted by whom."""

    file = forms.ChoiceField(help_text="Put an .onnx or .dfm file into ENGINES_DIR, and it is offered here.")
    family = forms.ChoiceField(required=False, help_text="Leave it empty: the file's inputs and outputs tell.")
    accept = forms.BooleanField(
        label="I accept this licence for this site", help_text="Your name and the time are kept with it."
    )

    class Meta:
        model = OperatorEngine
        fields = ("file", "family", "licence", "licence_url", "non_commercial")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [path.name for path in registry.unknown_files()]
        self.fields["file"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        families = [("", "Tell it by the file"), *((name, family.title) for name, family in FAMILIES.items())]
        self.fields["family"].choices = families  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        if not self.errors:
            path = registry.path_of(OperatorEngine(file=given["file"]))
            try:
                registry.judged(path, family=given["family"])
            except DomainError as error:
                self.add_error("file", spoken(error))
        return given


@admin.register(OperatorEngine)
class OperatorEngineAdmin(admin.ModelAdmin[OperatorEngine]):
    list_display = ("name", "title", "enabled", "seen", "licence", "non_commercial", "price", "audience", "order")
    list_filter = ("role", "enabled")
    filter_horizontal = ("accounts",)
    actions = ("look_at_them", "switch_on", "switch_off")
    fields = (
        *("name", "title", "sha256", "megabytes", "seen", "enabled"),
        *("licence", "licence_url", "non_commercial", "accepted_by", "accepted"),
        *("price", "audience", "accounts", "stands_in", "order"),
    )
    readonly_fields = (
        *("name", "title", "sha256", "megabytes", "seen", "enabled"),
        *("licence", "licence_url", "non_commercial", "accepted_by", "accepted"),
    )

    def get_form(
        self, request: HttpRequest, obj: OperatorEngine | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[OperatorEngine]]:
        return super().get_form(request, obj, change, **kwargs) if obj else AddEngineForm

    def get_fields(self, request: HttpRequest, obj: OperatorEngine | None = None) -> Any:
        return self.fields if obj else (*AddEngineForm.Meta.fields, "accept")

    def get_readonly_fields(self, request: HttpRequest, obj: OperatorEngine | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @admin.display(description="family")
    def title(self, engine: OperatorEngine) -> str:
        return FAMILIES[engine.family].title

    @admin.display(description="what the probe saw")
    def seen(self, engine: OperatorEngine) -> str:
        if not engine.probe:
            return "not probed yet"
        return "{provider}, {ms} ms a face, {megabytes} MB".format(**engine.probe)

    def save_model(self, request: HttpRequest, obj: OperatorEngine, form: Any, change: bool) -> None:
        if not change:
            made = registry.add(
                registry.path_of(obj),
                licence=obj.licence,
                licence_url=obj.licence_url,
                accepted_by=request.user.get_username(),
                non_commercial=obj.non_commercial,
                family=form.cleaned_data["family"],
            )
            obj.__dict__.update(made.__dict__)
            return
        if obj.non_commercial and obj.price:
            obj.price = 0
            messages.warning(request, "Its licence is non-commercial, so it costs nothing.")
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: OperatorEngine) -> None:
        registry.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[OperatorEngine]) -> None:
        for engine in queryset:
            registry.remove(engine)

    @admin.action(description="Probe: load and run them under limits", permissions=["change"])
    def look_at_them(self, request: HttpRequest, queryset: QuerySet[OperatorEngine]) -> None:
        self._each(request, queryset, registry.look_at, "probed")

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[OperatorEngine]) -> None:
        self._each(request, queryset, registry.enable, "switched on")

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[OperatorEngine]) -> None:
        self._each(request, queryset, registry.disable, "switched off")

    def _each(
        self,
        request: HttpRequest,
        engines: QuerySet[OperatorEngine],
        do: Callable[[OperatorEngine], object],
        done: str,
    ) -> None:
        for engine in engines:
            try:
                do(engine)
            except DomainError as error:
                messages.error(request, f"{engine.name}: {spoken(error)}")
            else:
                self.log_change(request, engine, done)
                messages.success(request, f"{engine.name} {done}.")
