"""The rule of a password's length in words of our own: those of Django 5.2 have no translation into Chinese."""

from django.contrib.auth import password_validation
from django.utils.translation import ngettext


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """The same rule."""

    def get_error_message(self) -> str:
        words = ngettext(
            "This password is too short: it needs at least %d character.",
            "This password is too short: it needs at least %d characters.",
            self.min_length,
        )
        return words % self.min_length
