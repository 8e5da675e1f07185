"""Which of a person's jobs a list shows."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .models import SwapJob


class JobFilter(forms.Form):
    """Status and days, out of the query of a list's address; what makes no sense there is left aside."""

    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *SwapJob.Status.choices])
    after = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_valid()

    def narrow(self, jobs: QuerySet[SwapJob]) -> QuerySet[SwapJob]:
        chosen = self.cleaned_data
        if chosen.get("status"):
            jobs = jobs.filter(status=chosen["status"])
        if chosen.get("after"):
            jobs = jobs.filter(created__date__gte=chosen["after"])
        if chosen.get("before"):
            jobs = jobs.filter(created__date__lte=chosen["before"])
        return jobs

    @property
    def active(self) -> bool:
        return any(self.cleaned_data.values())

    def query(self) -> str:
        """The filter as the beginning of a query, for links to further pages."""
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in self.cleaned_data.items() if value})
        return f"{query.urlencode()}&" if query else ""
