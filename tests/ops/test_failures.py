"""What is answered when something fails on our side: a page, a part of one or JSON, with a sentence and a code."""

import errno
import sqlite3
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from faceswap_site.lib.storage import is_full_disk
from faceswap_site.pages import views


class FullSqlite(sqlite3.OperationalError):
    sqlite_errorcode = sqlite3.SQLITE_FULL


def as_django_says_it(error: Exception) -> OperationalError:
    outer = OperationalError(str(error))
    outer.__cause__ = error
    return outer


FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    as_django_says_it(FullSqlite("database or disk is full")),
    as_django_says_it(psycopg.errors.DiskFull("could not extend file")),
]
OTHERS = [OSError(errno.EACCES, "denied"), as_django_says_it(sqlite3.OperationalError("locked")), ValueError("full")]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the landing page fail with an error."""

    def fail_with(error: Exception) -> Client:
        def fails(*args: object, **kwargs: object) -> None:
            raise error

        monkeypatch.setattr(views, "showcase_pictures", fails)
        return Client(raise_request_exception=False)

    return fail_with


@pytest.mark.parametrize(("error", "full"), [(one, True) for one in FULL] + [(one, False) for one in OTHERS], ids=repr)
def test_a_full_disk_is_known_whoever_says_so(error: Exception, full: bool) -> None:
    assert is_full_disk(error) is full


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "code"), [(FULL[0], 507, "storage_full"), (ValueError("secret"), 500, "internal_error")]
)
def test_pages_and_programs_hear_a_sentence_and_a_code(broken: Any, error: Exception, status: int, code: str) -> None:
    client = broken(error)
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == status and code in page.content.decode() and "secret" not in page.content.decode()
    assert (
        "我们这边出了问题" in client.get("/", headers={"Accept": "text/html", "Accept-Language": "zh"}).content.decode()
    )
    answer = client.get("/", headers={"Accept": "*/*"})
    assert answer.status_code == status and answer.json()["code"] == code and answer.json()["message"]


@pytest.mark.django_db
def test_a_part_of_a_page_is_left_as_it_is_when_news_cannot_be_had(broken: Any) -> None:
    answer = broken(ValueError("secret")).get("/", headers={"HX-Request": "true", "Accept": "text/html"})
    assert (answer.status_code, answer.content, answer["HX-Reswap"]) == (500, b"", "none")
