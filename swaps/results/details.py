"""What a result's page folds away: how it was made, in words and numbers."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from swaps.engines.choice import CLASSIC
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
    if engine := said_engine(job):
        rows.append((_("Engine"), engine))
    names = {"finding": _("Finding faces"), "swapping": _("Swapping"), "seconds": _("In all")}
    for key, name in names.items():
        if key in report:
            rows.append((name, _("%(n)s s") % {"n": number_format(report[key], 2)}))
    return [(name, str(value)) for name, value in rows if value not in (None, "")]


def said_engine(job: SwapJob) -> str:
    """Which engine made a result, and where it ran; "" for the classic one, where nothing else was asked for."""
    used = job.report.get("engine") or {}
    name = _("the classic one") if used.get("name", CLASSIC) == CLASSIC else used["name"]
    words = [name] if used.get("name", CLASSIC) == used.get("asked", CLASSIC) else [name, stood_in(job)]
    words += [used["enhancer"]] if used.get("enhancer") else []
    words += [used["provider"]] if used.get("provider") else []
    return "" if words == [_("the classic one")] else ", ".join(words)


def stood_in(job: SwapJob) -> str:
    """That another engine made a result than the one asked for, in a sentence; "" where none did."""
    used = job.report.get("engine") or {}
    asked, name = used.get("asked", CLASSIC), used.get("name", CLASSIC)
    if asked != name:
        made = _("the classic engine") if name == CLASSIC else name
        return _("%(asked)s could not be used, so %(made)s stood in") % {"asked": asked, "made": made}
    if used.get("enhancer_asked", "") != used.get("enhancer", ""):
        return _("%(asked)s could not be used, so the result goes without it") % {"asked": used["enhancer_asked"]}
    return ""


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
