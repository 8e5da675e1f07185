"""The one error type of the domain. It knows nothing of HTTP: each surface renders it in its own words and status."""


class DomainError(Exception):
    """Something the caller can understand and mend.

    `code` is stable and machine-readable, `message` a sentence that says what to do, `details` plain values
    (numbers, strings) that a surface may show beside it.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details
