"""The pages that answer: whose faces are these, and are these two one person. Nothing of the photos is stored."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.authentication import SignedInRequest, signed_in_only
from accounts.charges import charged
from faceswap_site.lib.error_messages import spoken
from faceswap_site.lib.errors import DomainError
from recognition.engine import NoFaceFound
from recognition.engine.compare import CALIBRATION_SOURCE
from recognition.models import Person
from recognition.recognise import compare_faces
from recognition.recognise import recognise as recognise_faces
from recognition.verdict_words import in_words

from .forms import CompareForm, RecogniseForm
from .overlay import overlay_of_answers, overlay_of_face


@signed_in_only("GET", "POST")
def recognise(request: SignedInRequest) -> HttpResponse:
    form = RecogniseForm(request.POST, request.FILES) if request.method == "POST" else RecogniseForm()
    people = Person.objects.filter(registry__owner=request.user).count()
    context = {"form": form, "price": settings.PRICES["recognise"], "people": people, "source": _(CALIBRATION_SOURCE)}
    if form.is_bound and form.is_valid():
        photo = form.cleaned_data["photo"]
        try:
            with charged(request.user, "recognise", reason=gettext_noop("Recognise")):
                found = recognise_faces(account=request.user, photo=photo, threshold=form.chosen_threshold())
                if not found:  # an answer that costs nothing
                    raise NoFaceFound(photo="photo")
            context["overlay"] = overlay_of_answers(photo, found)
        except DomainError as error:
            form.add_error("photo" if error.code == "no_face" else None, spoken(error))
    return render(request, "recognition/recognise.html", context, status=400 if form.errors else 200)


@signed_in_only("GET", "POST")
def compare(request: SignedInRequest) -> HttpResponse:
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    context = {"form": form, "price": settings.PRICES["compare"], "source": _(CALIBRATION_SOURCE)}
    if form.is_bound and form.is_valid():
        one, other = form.cleaned_data["one"], form.cleaned_data["other"]
        try:
            with charged(request.user, "compare", reason=gettext_noop("Compare")):
                found = compare_faces(one=one, other=other, threshold=form.chosen_threshold())
            context["found"], context["answer"] = found, in_words(found.verdict, found.similarity)
            context["faces"] = [found.one, found.other]
            context["overlays"] = [
                overlay_of_face(one, found.one, _("The face of the first photo")),
                overlay_of_face(other, found.other, _("The face of the second photo")),
            ]
        except DomainError as error:
            form.add_error(None, spoken(error))
    return render(request, "recognition/compare.html", context, status=400 if form.errors else 200)
