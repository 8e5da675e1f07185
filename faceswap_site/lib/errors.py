"""The one error type of the domain: a code and what fills its sentence, which the catalogue holds."""

import math
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Protocol

from .error_catalogue import CATALOGUE, WORDS

MOST_SECONDS_SAID = 120
UNKNOWN = 422


class Language(Protocol):
    """What turns English into another language: Django's module of translations, or one of Python's own."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


class DomainError(Exception):
    """Something the caller can understand and mend.

    `code` is stable and machine-readable; `case` is the name of one of its sentences in the catalogue, where it has
    several; `details` are plain values that fill the sentence or are shown beside it. Surfaces tell an error by
    faceswap_site.lib.error_messages, in the language of whoever reads it; `str` is the same in English, for logs.
    """

    code = ""

    def __init__(self, code: str = "", *, case: str = "", **details: object) -> None:
        self.code = code or type(self).code
        self.case = case
        self.sentence = CATALOGUE[self.code].sentences[case]
        self.details = details
        super().__init__(self.code)

    @property
    def status(self) -> int:
        """Of HTTP. A job may keep a code that is no longer in use."""
        entry = CATALOGUE.get(self.code)
        return entry.status if entry else UNKNOWN

    def __str__(self) -> str:
        return self.told(NullTranslations())

    def told(self, language: Language) -> str:
        """The sentence in a language, its places filled."""
        words = dict(self.details)
        for name in WORDS:
            if name in words:
                words[name] = filled(language.gettext(str(words[name])), words)
        if isinstance(seconds := words.get("retry_after"), int):
            words["time"] = how_long(seconds, language)
        return filled(language.gettext(self.sentence), words)


class StoredError(DomainError):
    """One that was written down as its sentence and details.

    Older releases filled some sentences in before. The reader gets them as the catalogue has them, if it is certain
    which one is meant; else as they were written.
    """

    def __init__(self, sentence: str, details: Mapping[str, object], *, code: str = "") -> None:
        Exception.__init__(self, code)
        self.code, self.case, self.details = code, "", dict(details)
        known = list(CATALOGUE[code].sentences.values()) if code in CATALOGUE else []
        fitting = [one for one in known if ("%(" in one or len(known) == 1) and "%(" not in filled(one, self.details)]
        self.sentence = sentence if sentence in known or not fitting else fitting[0]


class TryAgainLater(DomainError):
    """Nothing is wrong but the moment; the detail `retry_after` says in how many seconds to ask again."""


class Overloaded(TryAgainLater):
    """Others hold all the room that there is."""

    code = "overloaded"


class TooManyRequests(TryAgainLater):
    """A limit is used up; `retry_after` says in how many seconds it is there again."""

    code = "too_many_requests"


def how_long(seconds: int, language: Language) -> str:
    """A time to wait, in words that need no reckoning."""
    if seconds <= MOST_SECONDS_SAID:
        return language.ngettext("%d second", "%d seconds", seconds) % seconds
    minutes = math.ceil(seconds / 60)
    return language.ngettext("%d minute", "%d minutes", minutes) % minutes


def filled(sentence: str, details: Mapping[str, object]) -> str:
    """A sentence with its places filled; one that has none, or whose text was put together before, as it stands."""
    if "%(" not in sentence:
        return sentence
    try:
        return sentence % details
    except (KeyError, ValueError, TypeError):  # a percent sign in what a stranger sent
        return sentence
