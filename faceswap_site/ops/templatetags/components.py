"""The components that stand within a sentence, where the line break at the end of a template's file would be seen."""

from datetime import datetime

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the drawings of static/icons.svg."""
    drawing = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(drawing, static("icons.svg"), name)


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """How long ago something was; the exact time shows under the pointer."""
    if at is None:
        return ""
    here = localtime(at)
    exact = date_format(here, "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', here.isoformat(), exact, naturaltime(at))
