"""Answers about faces in words: whether it is the same person, and how sure that is. Numbers are for who asks."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .engine.compare import Verdict

STEPS = 5
# Similarities from which an answer needs no "probably".
SURE, SURELY_NOT = 0.98, 0.02


@dataclass(frozen=True)
class Answer:
    """An answer, its place on a scale from 1 (different people) to 5 (the same), and how it is said beside a name."""

    text: str | Promise
    step: int
    beside_name: str | Promise = ""

    @property
    def kind(self) -> str:
        """The look of a badge."""
        return "success" if self.step > 3 else "warning" if self.step == 3 else ""

    @property
    def steps(self) -> list[bool]:
        """The scale from its first step to its last, true where the answer stands."""
        return [step == self.step for step in range(1, STEPS + 1)]


SAME = Answer(_("Same person, very sure"), 5, _("very sure"))
PROBABLY = Answer(_("Probably the same person"), 4, _("fairly sure"))
# The numbers alone would say otherwise: whoever asks chose how near is near enough.
BY_CHOICE = Answer(_("The same person, by the distance that you chose"), 4, _("by the distance that you chose"))
PERHAPS = Answer(_("Not sure: it may be the same person"), 3, _("not sure"))
NOT_BY_CHOICE = Answer(_("Not the same person, by the distance that you chose"), 2)
PROBABLY_NOT = Answer(_("Probably not the same person"), 2)
NOT_SAME = Answer(_("Not the same person, very sure"), 1)


def in_words(verdict: Verdict, similarity: float) -> Answer:
    """Say a verdict, and how sure it is by the calibrated similarity of the faces (0 to 1)."""
    if verdict == "uncertain":
        return PERHAPS
    if verdict == "match":
        return SAME if similarity >= SURE else PROBABLY if similarity >= 0.5 else BY_CHOICE
    return NOT_SAME if similarity <= SURELY_NOT else PROBABLY_NOT if similarity <= 0.5 else NOT_BY_CHOICE
