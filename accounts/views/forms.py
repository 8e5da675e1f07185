"""Forms of a person's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import throttling
from accounts.models import User
from accounts.sign_in.guess_limits import count_guess

DAYS = (1, 7, 14, 30, 90, 365)


class PreferencesForm(forms.Form):
    """How long swaps are kept, and whether their ends are told by letter."""

    retention_days = forms.TypedChoiceField(
        label=_("Keep my swaps for"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Counts for the swaps that are there already too: what is older is deleted."),
    )
    letters = forms.BooleanField(label=_("E-mail me when a swap from these pages has ended"), required=False)

    def __init__(self, data: Any = None, *, account: User) -> None:
        initial = {"retention_days": account.retention_days or "", "letters": account.letters}
        super().__init__(data, initial=initial)
        most = settings.RETENTION_DAYS
        longest = ngettext("%d day: as long as this site keeps any", "%d days: as long as this site keeps any", most)
        shorter = [(days, ngettext("%d day", "%d days", days) % days) for days in DAYS if days < most]
        if not settings.CAN_SEND_MAIL:
            self.fields["letters"].disabled = True
            self.fields["letters"].help_text = _("This site can't send e-mail.")
        self.fields["retention_days"].choices = [("", longest % most), *shorter]  # type: ignore[attr-defined]


class DeleteAccountForm(forms.Form):
    """Asks for the password, so that nobody deletes an account that was left open on a table.

    Whom an identity provider signs in may have none: that one writes the account's name.
    """

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not account.has_usable_password():
            self.fields["password"] = forms.CharField(label=_("Your user name"))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.account.has_usable_password():
            if password != self.account.username:
                raise forms.ValidationError(_("That is not your user name. Nothing was deleted."))
            return password
        count_guess("password", self.account.pk)
        if not self.account.check_password(password):
            raise forms.ValidationError(_("That is not your password. Nothing was deleted."))
        throttling.give_back("password", self.account.pk)
        return password
