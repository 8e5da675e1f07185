"""Pages of django-allauth that speak of letters, for a site that can't send any."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as allauth_views
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

View = Callable[..., HttpResponse]


def needs_mail(view: View) -> View:
    """In place of a view that says that a letter was or will be sent: who helps instead, where none can be."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.CAN_SEND_MAIL:
            return render(request, "account/no_mail.html")
        return view(request, *args, **kwargs)

    return asked


password_reset = needs_mail(allauth_views.password_reset)
password_reset_done = needs_mail(allauth_views.password_reset_done)
email_verification_sent = needs_mail(allauth_views.email_verification_sent)
