"""What a result's page folds away: how it was made, in words and numbers."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from swaps.models import SwapJob
from swaps.studio.forms import OptionForm

from .verdict import verdict


def technical_details(job: SwapJob) -> list[tuple[str, str]]:
    """Names and values of a finished job: faces, distances, timings, and the options that held."""
    return [*_made(job), *_options(job)]


def _made(job: SwapJob) -> list[tuple[str, str]]:
    report = job.report
    rows = [
        (_("Faces found"), report.get("faces")),
        (_("Faces changed"), ", ".join(map(str, report.get("changed", [])))),
    ]
    if eyes := report.get("eyes"):
        rows.append((_("Between the eyes"), ", ".join(_("%(n)d px") % {"n": distance} for distance in eyes)))
    if fit := report.get("fit"):
        rows.append((_("How real it looks"), _("%(n)s of 5") % {"n": number_format(fit["realism"], 1)}))
        if fit["good"]:  # or the page says it beside the result
            rows.append((_("What shows"), verdict(fit)))
    names = {"finding": _("Finding faces"), "swapping": _("Swapping"), "seconds": _("In all")}
    for key, name in names.items():
        if key in report:
            rows.append((name, _("%(n)s s") % {"n": number_format(report[key], 2)}))
    return [(name, str(value)) for name, value in rows if value not in (None, "")]


def _options(job: SwapJob) -> list[tuple[str, str]]:
    fields = OptionForm.base_fields
    return [(str(fields[name].label), _value(name, value)) for name, value in job.options.items() if name in fields]


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float | int):
        return f"{round(value * 100)} %"
    choices = dict(getattr(OptionForm.base_fields[name], "choices", ()))
    return str(choices.get(value, value))
