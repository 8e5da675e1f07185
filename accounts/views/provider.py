"""Going to the operator's identity provider and coming back, where that one may be out of reach."""

import logging
from collections.abc import Callable

import requests
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404, HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
PROVIDER_ID = "provider"  # of the one that settings name
View = Callable[..., HttpResponse]


def _or_say_so(view: View) -> View:
    """The view of allauth, which would answer a server error where the provider does not answer or answers nonsense."""

    def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
        if provider_id != PROVIDER_ID:  # allauth would ask the database, which takes not every name
            raise Http404
        try:
            return view(request, provider_id)
        except (requests.RequestException, KeyError) as error:
            logger.warning("the identity provider gave no answer to work with: %r", error)
            said: HttpResponse = render_authentication_error(request, provider_id, exception=error)
            return said

    return answer


login = _or_say_so(views.login)
callback = _or_say_so(views.callback)
