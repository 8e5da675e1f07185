"""Archives of strangers: what is no photo is told by name, and nothing unpacks without end."""

import io
import struct
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from faceswap_site.lib.sent_archives import files_in
from swaps.batches import services
from swaps.batches.sent_photos import add_photos, photos_of_files
from swaps.models import BatchItem
from tests.drawn import drawn

from .conftest import face_input, zipped

pytestmark = pytest.mark.django_db
PHOTO = drawn("astronaut.png").read_bytes()


def items_of(owner: User, file: SimpleUploadedFile) -> list[BatchItem]:
    batch = services.collect([face_input()], owner=owner)
    add_photos(batch, photos_of_files([file]))
    return list(batch.items.all())


def refused(file: SimpleUploadedFile) -> str:
    with pytest.raises(DomainError) as error:
        photos_of_files([file])
    assert error.value.code in ("bad_archive", "batch_full")
    return str(error.value)


def test_photos_in_folders_become_items_and_what_systems_leave_there_does_not(alice: User) -> None:
    junk = ("__MACOSX/._a.png", ".DS_Store", "trip/.hidden.png", "trip/Thumbs.db", "trip/desktop.ini", "@eaDir/a.png")
    files = {"trip/b.png": PHOTO, "a.png": PHOTO, "trip/day 2/c.png": PHOTO} | dict.fromkeys(junk, b"junk")
    items = items_of(alice, zipped(files))
    assert [item.title for item in items] == ["a", "b", "c"]
    assert [item.error_code for item in items] == ["", "", ""]


def test_what_is_no_photo_is_told_one_by_one(alice: User, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = len(PHOTO) + 10
    inner = zipped({"a.png": PHOTO}).read()[:100]
    files = {
        "1 fine.png": PHOTO,
        "2 notes.txt": b"hello",
        "3 empty.png": b"",
        "4 inner.zip": inner,
        "5 large.png": PHOTO + bytes(100),
        "6 cut.png": PHOTO[: len(PHOTO) // 2],
    }
    items = items_of(alice, zipped(files))
    codes = [item.error_code for item in items]
    assert codes == ["", "photo_unsupported", "photo_empty", "bad_archive", "photo_too_large", "photo_broken"]
    assert "4 inner.zip is an archive within the archive" in items[3].error_text
    assert all(item.error_text for item in items[1:])


def test_names_are_no_paths(alice: User, own_files: Any) -> None:
    items = items_of(alice, zipped({"../../etc/evil.png": PHOTO, "C:\\temp\\b.png": PHOTO}))
    assert sorted(item.title for item in items) == ["b", "evil"]
    assert not list(own_files.parent.glob("**/evil*"))


def test_an_archive_that_unpacks_without_end_is_stopped(alice: User, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000  # so that eight megabytes may come out of it
    items = items_of(alice, zipped({f"{n}.bmp": bytes(3_000_000) for n in range(6)}))
    assert "bad_archive" in {item.error_code for item in items}
    assert "unpacks to far more than photos do" in items[-1].error_text


def test_what_an_archive_says_of_sizes_is_not_believed() -> None:
    file = zipped({"a.bmp": bytes(5_000_000)})
    data = bytearray(file.read())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)  # "ten bytes"
    with pytest.raises(DomainError, match="damaged in the archive"):
        files_in(io.BytesIO(bytes(data)), most_bytes=10**9)[0].read(1000)


def test_a_locked_file_says_so(alice: User) -> None:
    data = bytearray(zipped({"a.png": PHOTO, "b.png": PHOTO}).read())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    items = items_of(alice, SimpleUploadedFile("photos.zip", bytes(data)))
    assert [item.error_code for item in items] == ["bad_archive", ""]
    assert "password" in items[0].error_text


def test_a_damaged_file_costs_itself_alone(alice: User) -> None:
    data = bytearray(zipped({"a.png": PHOTO, "b.png": PHOTO}).read())
    data[200:260] = bytes(60)
    items = items_of(alice, SimpleUploadedFile("photos.zip", bytes(data)))
    assert [bool(item.error_text) for item in items] == [True, False]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + bytes(500), PHOTO[:0] + b"PK\x05\x06" + bytes(18)])
def test_what_is_no_whole_archive_is_refused(data: bytes) -> None:
    assert "archive" in refused(SimpleUploadedFile("photos.zip", data))


def test_an_archive_of_far_too_many_is_refused_before_it_is_read(settings: Any) -> None:
    settings.BATCH_MAX_PHOTOS = 3
    assert "at most 3 photos" in refused(zipped({f"{n}.png": b"x" for n in range(4)}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:0100}.png", b"")
    assert "far too many files" in refused(SimpleUploadedFile("photos.zip", buffer.getvalue()))
