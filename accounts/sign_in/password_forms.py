"""The forms in which a password is chosen, with its rules in one sentence instead of Django's list of them."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext as _


class RulesInASentence:
    """Mixed in before a form with the field `password1`."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = _("At least %(n)d characters. Nothing common, no number alone, nothing like your name or address.")
        self.fields["password1"].help_text = rules % {"n": _least()}


class SignupForm(RulesInASentence, forms.SignupForm):  # type: ignore[misc]
    """Signing up."""


class ChangePasswordForm(RulesInASentence, forms.ChangePasswordForm):  # type: ignore[misc]
    """Another password, by someone who is signed in."""


class SetPasswordForm(RulesInASentence, forms.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordKeyForm(RulesInASentence, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by the link of an e-mail."""


def _least() -> int:
    lengths = [
        each.min_length for each in get_default_password_validators() if isinstance(each, MinimumLengthValidator)
    ]
    return max(lengths, default=1)
