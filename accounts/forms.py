"""Forms of a person's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import User


class DeleteAccountForm(forms.Form):
    """Asks for the password, so that nobody deletes an account that was left open on a table."""

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.account.check_password(password):
            raise forms.ValidationError(_("That is not your password. Nothing was deleted."))
        return password
