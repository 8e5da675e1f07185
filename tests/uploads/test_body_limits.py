"""Only addresses that take photos take large bodies."""

import re

import pytest

from faceswap_site.body_limits import LIVE, TABLE, WITH_PHOTOS, WITHOUT_PHOTOS, limit_of
from tests.security.addresses import routes


@pytest.mark.parametrize(
    "path",
    ["/", "/swaps/fetched", "/api/v1/people", "/api/v1/swaps/1/cancel", "/accounts/signup/", "/a/b"],
)
def test_what_takes_no_photos_takes_a_quarter_of_a_megabyte(path: str) -> None:
    assert limit_of(path) == WITHOUT_PHOTOS
    assert WITHOUT_PHOTOS.size == 256 * 1024


@pytest.mark.parametrize("path", ["/api/v1/swaps", "/api/v1/people/12/photos", "/swaps/preview", "/face_match"])
def test_what_takes_photos_takes_64_megabytes(path: str) -> None:
    assert limit_of(path) == WITH_PHOTOS
    assert WITH_PHOTOS.size == 64 * 1024 * 1024


def test_the_live_page_answers_in_its_own_words() -> None:
    assert limit_of("/upload_source") == LIVE


def test_every_row_is_about_an_address_of_the_site() -> None:
    known = {"/" + re.sub(r"<[^>]+>", "x", route) for route in routes()}
    assert [row for row in TABLE if not any(limit_of(path) == TABLE[row] and _fits(row, path) for path in known)] == []


def _fits(row: str, path: str) -> bool:
    return re.fullmatch(row.replace("*", ".*"), path) is not None
