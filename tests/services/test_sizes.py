"""A sentence about a limit is true to the byte: what is over it never reads as equal to it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.numbers import MEGABYTE, megabytes, told_apart
from recognition.photos.reading import decode_upload


@pytest.mark.parametrize(
    ("size", "text"), [(10 * MEGABYTE, "10 MB"), (int(21.94 * MEGABYTE), "21.9 MB"), (300_000, "0.3 MB")]
)
def test_a_size_has_at_most_one_decimal(size: int, text: str) -> None:
    assert megabytes(size) == text


@pytest.mark.parametrize(
    ("size", "texts"),
    [
        (11 * MEGABYTE, ("11 MB", "10 MB")),
        (10 * MEGABYTE + 60_000, ("10.1 MB", "10 MB")),
        (10 * MEGABYTE + 1, ("10,485,761 bytes", "10,485,760 bytes (10 MB)")),
    ],
)
def test_what_is_over_a_limit_reads_as_over_it(size: int, texts: tuple[str, str]) -> None:
    assert told_apart(size, 10 * MEGABYTE) == texts


def test_an_upload_over_the_limit_is_told_with_its_whole_size() -> None:
    file = SimpleUploadedFile("large.jpg", bytes(12 * MEGABYTE))
    with pytest.raises(DomainError, match=r"The photo to change is 12 MB, the limit is 10 MB\."):
        decode_upload(file, name="photo to change")
