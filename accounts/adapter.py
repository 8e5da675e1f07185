"""What a new account gets, whichever way it signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from . import points
from .models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit)
        if commit:
            points.welcome(user)
        return user
