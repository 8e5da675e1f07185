"""Log lines that say which request and which job they are about, and never a secret."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")

# What opens something by itself: keys, secrets of callbacks, links that need no key, passwords in addresses.
_SECRETS = (
    (re.compile(r"\bfs_live_\w+"), "fs_live_…"),
    (re.compile(r"\bwhsec_[\w+/=]+"), "whsec_…"),
    (re.compile(r"(/(?:shared|results|password/reset/key|confirm-email)/)[^\s/?\"']+"), r"\1…"),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s/@]+@"), r"\1:…@"),
    (re.compile(r"(?i)\b(Bearer|Token|Basic) [\w.~+/=-]+"), r"\1 …"),
)


def without_secrets(text: str) -> str:
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


@contextmanager
def about_job(name: object) -> Iterator[None]:
    """Every line that is logged inside is about this job."""
    token = job_id.set(str(name))
    try:
        yield
    finally:
        job_id.reset(token)


class Context(logging.Filter):
    """Puts the ids of the request and the job at hand on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.job_id = job_id.get()
        return True


class LineFormatter(logging.Formatter):
    """For people: one line, with the ids at its end where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        ids = (("request", getattr(record, "request_id", "")), ("job", getattr(record, "job_id", "")))
        named = " ".join(f"{name}={value}" for name, value in ids if value)
        first, newline, rest = super().format(record).partition("\n")
        return without_secrets(f"{first} [{named}]{newline}{rest}" if named else first + newline + rest)


class JsonLines(JsonFormatter):
    """For programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def configuration(*, level: str, form: str) -> dict[str, object]:
    """Django's LOGGING: everything to the standard error stream, where a service manager picks it up."""
    fields = "{asctime}{levelname}{name}{message}{request_id}{job_id}{process}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": "faceswap_site.lib.logs.Context"}},
        "formatters": {
            "line": {
                "()": "faceswap_site.lib.logs.LineFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
            "json": {
                "()": "faceswap_site.lib.logs.JsonLines",
                "fmt": fields,
                "style": "{",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["context"]}},
        "root": {"handlers": ["console"], "level": level},
        # They tell of everything they do.
        "loggers": {name: {"level": "WARNING"} for name in ("django-q", "engineio", "fontTools", "socketio")},
    }
