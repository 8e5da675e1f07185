"""The one error type of the domain. It knows nothing of HTTP: each surface renders it in its own words and status."""

from collections.abc import Mapping


class DomainError(Exception):
    """Something the caller can understand and mend.

    `code` is stable and machine-readable, `sentence` says in English what to do, `details` are plain values (numbers,
    strings) that a surface may show beside it. They also fill the places of the sentence, as in `%(n)d faces`, so that
    faceswap_site.lib.messages, by which every surface speaks, can say the same in the language of whoever reads it.
    """

    code = "error"

    def __init__(self, sentence: str, *, code: str | None = None, **details: object) -> None:
        self.sentence = sentence
        self.code = code or type(self).code
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The sentence in English, for logs and terminals."""
        return filled(self.sentence, self.details)


class TryAgainLater(DomainError):
    """Nothing is wrong but the moment; the detail `retry_after` says in how many seconds to ask again."""


class Overloaded(TryAgainLater):
    """Others hold all the room that there is."""

    code = "overloaded"


def filled(sentence: str, details: Mapping[str, object]) -> str:
    """A sentence with its places filled; one that has none, or whose text was put together before, as it stands."""
    if "%(" not in sentence:
        return sentence
    try:
        return sentence % details
    except (KeyError, ValueError, TypeError):  # a percent sign in what a stranger sent
        return sentence
