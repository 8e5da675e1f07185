"""Only addresses that take photos take large bodies."""

import re
from typing import Any

import pytest

from faceswap_site.ops.body_limits import LIVE, TABLE, WITH_PHOTOS, WITHOUT_PHOTOS, limit_of
from tests.security.addresses import routes


def stranger(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"path": path, "headers": [(b"host", b"localhost"), *headers]}


def known(path: str) -> dict[str, Any]:
    return stranger(path, (b"cookie", b"theme=dark; sessionid=1"))


@pytest.mark.parametrize(
    "path",
    ["/", "/swaps/fetched", "/api/v1/people", "/api/v1/swaps/1/cancel", "/accounts/signup/", "/a/b"],
)
def test_what_takes_no_photos_takes_a_quarter_of_a_megabyte(path: str) -> None:
    assert limit_of(known(path)) == limit_of(stranger(path)) == WITHOUT_PHOTOS
    assert WITHOUT_PHOTOS.size == 256 * 1024


@pytest.mark.parametrize("path", ["/api/v1/swaps", "/api/v1/people/12/photos", "/swaps/preview", "/face_match"])
def test_what_takes_photos_takes_64_megabytes(path: str) -> None:
    assert limit_of(known(path)) == WITH_PHOTOS
    assert WITH_PHOTOS.size == 64 * 1024 * 1024


def test_the_live_page_answers_in_its_own_words() -> None:
    assert limit_of(known("/upload_source")) == LIVE


def test_every_row_is_about_an_address_of_the_site() -> None:
    paths = {"/" + re.sub(r"<[^>]+>", "x", route) for route in routes()}
    assert [
        row for row in TABLE if not any(limit_of(known(path)) == TABLE[row] and _fits(row, path) for path in paths)
    ] == []


@pytest.mark.parametrize("path", ["/api/v1/swaps", "/swaps/new/", "/api/face_swap", "/upload_source"])
def test_strangers_are_read_for_a_megabyte(path: str) -> None:
    limit = limit_of(stranger(path))
    assert (limit.size, limit.unread) == (1024 * 1024, True)
    for header in (b"authorization", b"x-api-key"):
        assert limit_of(stranger(path, (header, b"fs_1"))) == limit_of(known(path)) != limit


def test_what_is_open_to_everyone_takes_their_photos(settings: Any) -> None:
    settings.OPEN_ACCESS = ["face_swap"]
    assert limit_of(stranger("/api/face_swap")) == WITH_PHOTOS
    assert limit_of(stranger("/face_rec")).unread


def _fits(row: str, path: str) -> bool:
    return re.fullmatch(row.replace("*", ".*"), path) is not None
