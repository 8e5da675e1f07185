"""Pages that belong to no app."""

import re
from datetime import timedelta
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from faceswap_site.lib.charts import Day, bar_chart
from swaps.views.pictures import sample_choices

from .showcase import PICTURES, showcase_pictures


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"showcase": showcase_pictures(settings.DATA_DIR)})


@require_GET
def showcase(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the landing page: the samples before and after a swap by this installation's engine."""
    path = Path(settings.DATA_DIR) / "showcase" / name
    if name not in PICTURES or not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), headers={"Cache-Control": "public, max-age=3600"})


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a browser asks before it puts the site on a home screen, under the operator's name."""
    name = settings.SITE_NAME or gettext("Face swap")
    icon = {"src": static("favicon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    answer = {
        "name": name,
        "short_name": name[:12],
        "start_url": reverse("swaps:new"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#141312",
        "theme_color": "#141312",
        "icons": [icon],
        "shortcuts": [{"name": gettext("Gallery"), "url": reverse("swaps:gallery")}],
    }
    return JsonResponse(answer, content_type="application/manifest+json")


class SpecimenForm(forms.Form):
    """One of each kind of field, for the style guide."""

    text = forms.CharField(label=_("Text"), help_text=_("What this is for, in one line."))
    choice = forms.ChoiceField(label=_("Choice"), choices=[("a", _("First")), ("b", _("Second"))])
    check = forms.BooleanField(label=_("A thing to agree to"), required=False)
    photo = forms.FileField(label=_("Face photo"), required=False)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page; only with DEBUG."""
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text()
    today = timezone.localdate()
    context = {
        "form": SpecimenForm(),
        "form_with_errors": SpecimenForm({"choice": "c"}, prefix="wrong"),
        "page": Paginator(range(90), 30).page(2),
        "faces": sample_choices(),
        "showcase": showcase_pictures(settings.DATA_DIR),
        "chart": bar_chart([Day(today - timedelta(days=29 - n), n * 37 % 50) for n in range(30)]),
        "icons": re.findall(r'<symbol id="(\w+)"', sprite),
    }
    return render(request, "styleguide.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a refusal says is shown; Django's own say nothing."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
