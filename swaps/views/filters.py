"""Which of a person's jobs a list shows."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from faceswap_site.lib.numbers import whole_number
from recognition.models import Person
from swaps.models import SwapFace, SwapJob

MOST_WORDS = 6
YEARS = (1900, 2999)  # the first and the last of all years can't be told in every time zone


class JobFilter(forms.Form):
    """Words, person, status and days, out of the query of a list's address; what makes no sense there is left aside."""

    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("File, person, month …")}),
    )
    person = forms.ModelChoiceField(
        label=_("Person"), required=False, queryset=Person.objects.none(), to_field_name="uuid", empty_label=_("All")
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *SwapJob.Status.choices])
    after = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: QueryDict, *, owner: User) -> None:
        super().__init__(data)
        used = SwapFace.objects.filter(person=OuterRef("pk"))
        self._people = Person.objects.filter(Exists(used), registry__owner=owner)
        self.fields["person"].queryset = self._people  # type: ignore[attr-defined]
        self.is_valid()

    def narrow(self, jobs: QuerySet[SwapJob]) -> QuerySet[SwapJob]:
        chosen = self.cleaned_data
        if chosen.get("status"):
            jobs = jobs.filter(status=chosen["status"])
        if chosen.get("after"):
            jobs = jobs.filter(created__date__gte=chosen["after"])
        if chosen.get("before"):
            jobs = jobs.filter(created__date__lte=chosen["before"])
        if chosen.get("person"):
            jobs = jobs.filter(Exists(SwapFace.objects.filter(job=OuterRef("pk"), person=chosen["person"])))
        for word in (chosen.get("words") or "").split()[:MOST_WORDS]:
            jobs = jobs.filter(self._told_by(word))
        return jobs

    def _told_by(self, word: str) -> Q:
        """Jobs that a word may mean: in the file's name, a person's name, or as a year, month or day."""
        meant = Q(title__icontains=word)
        # Asked beforehand: most words are nobody's name, and looking at the faces of every job takes long.
        if people := list(self._people.filter(name__icontains=word).values_list("pk", flat=True)[:100]):
            meant |= Q(Exists(SwapFace.objects.filter(job=OuterRef("pk"), person__in=people)))
        if day := _as_date(word):
            meant |= Q(created__date=day)
        elif year := whole_number(word, least=YEARS[0], most=YEARS[1]):
            meant |= Q(created__year=year)
        elif month := _as_month(word):
            meant |= Q(created__month=month)
        return meant

    @property
    def active(self) -> bool:
        return any(self.cleaned_data.values())

    @property
    def folded_active(self) -> bool:
        """Whether anything but the words narrows the list: the other fields are folded away."""
        return any(value for name, value in self.cleaned_data.items() if name != "words")

    def query(self) -> str:
        """The filter as the beginning of a query, for links to further pages."""
        query = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value:
                query[name] = str(value.uuid if isinstance(value, Person) else value)
        return f"{query.urlencode()}&" if query else ""


def one_of_each_batch(jobs: QuerySet[SwapJob]) -> QuerySet[SwapJob]:
    """Of the jobs of a batch the first alone, which stands for it and says in `of_batch` how many of these it has."""
    mates = jobs.filter(batch_item__batch=OuterRef("batch_item__batch")).order_by()
    first = mates.order_by("batch_item__position").values("pk")[:1]
    count = mates.values("batch_item__batch").annotate(n=Count("pk")).values("n")
    price = mates.values("batch_item__batch").annotate(n=Sum("price")).values("n")
    return (
        jobs.filter(Q(batch_item=None) | Q(pk=Subquery(first)))
        .select_related("batch_item__batch")
        .annotate(of_batch=Subquery(count), price_of_batch=Subquery(price))
    )


class JobPaginator(Paginator[SwapJob]):
    """Pages of jobs, of each batch the first alone: which that is, the page that is shown asks, and not the count."""

    def __init__(self, jobs: QuerySet[SwapJob], per_page: int) -> None:
        super().__init__(one_of_each_batch(jobs), per_page)
        self._jobs = jobs.order_by()

    @cached_property
    def count(self) -> int:
        of_batches = self._jobs.filter(batch_item__isnull=False)
        found = of_batches.aggregate(jobs=Count("pk"), batches=Count("batch_item__batch", distinct=True))
        return self._jobs.count() - int(found["jobs"]) + int(found["batches"])


def _as_date(word: str) -> date | None:
    try:
        return parse_date(word)
    except ValueError:  # written like a date, but there is no such day
        return None


def _as_month(word: str) -> int | None:
    """The number of a month named in the person's language or in English, whole or short."""
    for language in {get_language() or "en", "en"}:
        with override(language):
            names = [(number, str(name)) for months in (MONTHS, MONTHS_3) for number, name in months.items()]
        for number, name in names:
            if name.casefold() == word.casefold():
                return number
    return None
