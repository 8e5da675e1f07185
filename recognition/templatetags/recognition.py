"""How the recognition pages write numbers, and what the engine says."""

from django import template
from django.template.defaultfilters import floatformat

from faceswap_site.lib.error_messages import spoken_remark

register = template.Library()
register.filter("reason", spoken_remark)


@register.filter
def likelihood(share: float) -> str:
    """A similarity with two digits; never a round 0 or 1, which would promise certainty."""
    if share > 0.99:
        return f"> {floatformat(0.99, 2)}"
    return f"< {floatformat(0.01, 2)}" if share < 0.01 else str(floatformat(share, 2))
