"""How forms' fields are written."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def without_echo(field: BoundField) -> SafeString:
    """A field whose placeholder is left out where it only says the label once more."""
    placeholder = str(field.field.widget.attrs.get("placeholder", ""))
    echoes = placeholder.casefold() == str(field.label).casefold()
    return field.as_widget(attrs={"placeholder": False} if echoes else None)
