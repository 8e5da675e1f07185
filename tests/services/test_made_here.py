"""Copies of results are known again however they were altered, and nothing else is taken for one."""

import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image

from accounts.models import User
from recognition.engine import decode_photo, encode_photo, face_at, find_faces, open_photo
from recognition.engine.types import ByteImage
from swaps import tasks
from swaps.engine import swap_face
from swaps.engine.face_hash import MOST, as_words, bits_apart, face_hash, mirrored, reach
from swaps.jobs import services
from swaps.models import ResultHash, SwapJob
from swaps.results import made_here
from swaps.results.made_here import check_picture
from tests.photos import photo_set, sample

from .test_swap_lifecycle import submit


def screenshot(rgb: ByteImage) -> ByteImage:
    """Shown at another size in the middle of a window."""
    scale = 0.83 * min(1, 900 / max(rgb.shape[:2]))
    shown = cv2.resize(rgb, None, fx=scale, fy=scale)
    return cv2.copyMakeBorder(shown, 90, 70, 110, 110, cv2.BORDER_CONSTANT, value=(250, 249, 247))


def compressed(rgb: ByteImage) -> ByteImage:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=60)
    return np.array(Image.open(out).convert("RGB"))


def halved(rgb: ByteImage) -> ByteImage:
    return cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def a_tenth_off(rgb: ByteImage) -> ByteImage:
    height, width = rgb.shape[:2]
    return np.ascontiguousarray(rgb[int(0.03 * height) : int(0.93 * height), int(0.07 * width) : int(0.97 * width)])


def all_of_it(rgb: ByteImage) -> ByteImage:
    return compressed(halved(a_tenth_off(rgb)))


ALTERED: list[Callable[[ByteImage], ByteImage]] = [screenshot, compressed, halved, a_tenth_off, all_of_it]


def file_of(rgb: ByteImage) -> bytes:
    """Without any mark."""
    return encode_photo(rgb, "PNG")


def done(owner: User, target: str = "biden.jpg") -> SwapJob:
    job = submit(owner, target=target)
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    return job


def pixels_of(job: SwapJob) -> ByteImage:
    with job.result.open() as file:
        return decode_photo(file.read()).rgb


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_here, "_held", made_here._Held())


pytestmark = pytest.mark.django_db


@pytest.mark.real_engine
@pytest.mark.parametrize("altered", ALTERED)
def test_an_altered_copy_is_known_and_its_photos_are_not(
    alice: User, own_files: Path, altered: Callable[[ByteImage], ByteImage]
) -> None:
    job = SwapJob.objects.create(owner=alice, status="done", price=2, completed=timezone.now())
    face, target = (decode_photo(sample(name).read_bytes()).rgb for name in ("obama.jpg", "astronaut.png"))
    rgb, before = swap_face(face, target), find_faces(target, mode="largest")[0]
    now = face_at(rgb, before.box)
    assert now is not None
    bits = face_hash(rgb, now.landmarks)
    ResultHash.objects.create(job=job, bits=bits, reach=reach(bits, face_hash(target, before.landmarks)))
    assert check_picture(open_photo(file_of(altered(rgb)))).verdict == "yes"
    assert check_picture(open_photo(file_of(altered(np.ascontiguousarray(rgb[:, ::-1]))))).verdict == "yes"
    for photo in (face, target):
        assert check_picture(open_photo(file_of(altered(photo)))).verdict == "no"


def test_a_stranger_learns_the_day_alone_and_the_owner_which_it_is(alice: User, bob: User, own_files: Path) -> None:
    job = done(alice)
    copy = open_photo(file_of(pixels_of(job)))
    assert job.completed
    for account in (None, bob):
        found = check_picture(copy, account=account)
        assert (found.verdict, found.evidence, found.job_id) == ("yes", "picture", None)
        assert found.made == job.completed.date()
    assert check_picture(copy, account=alice).job_id == job.pk


def test_the_mark_alone_makes_it_probable(alice: User, own_files: Path) -> None:
    job = done(alice)
    with job.result.open() as file:
        content = file.read()
    services.delete_swap(job)
    found = check_picture(open_photo(content))
    assert (found.verdict, found.evidence, found.made) == ("probably", "mark", None)
    assert check_picture(open_photo(file_of(decode_photo(content).rgb))).verdict == "no"


def test_a_deleted_result_is_forgotten_at_once_and_leaves_memory(
    alice: User, own_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = done(alice)
    copy = open_photo(file_of(pixels_of(job)))
    assert check_picture(copy).verdict == "yes"
    services.delete_swap(job)
    assert not ResultHash.objects.exists()
    assert check_picture(copy).verdict == "no"
    assert len(made_here._held.rows) == 1
    monkeypatch.setattr(made_here, "SECONDS_HELD", 0)
    check_picture(copy)
    assert len(made_here._held.rows) == 0


def test_results_made_meanwhile_are_found(alice: User, own_files: Path) -> None:
    first = done(alice)
    assert check_picture(open_photo(file_of(pixels_of(first)))).verdict == "yes"
    second = done(alice, target="astronaut.png")
    assert check_picture(open_photo(file_of(pixels_of(second))), account=alice).job_id == second.pk
    assert sorted(made_here._held.rows) == sorted(ResultHash.objects.values_list("pk", flat=True))


def test_results_from_before_get_their_hashes_once(alice: User, own_files: Path) -> None:
    job = done(alice)
    (bits,) = ResultHash.objects.values_list("bits", flat=True)
    ResultHash.objects.all().delete()
    tasks.hash_old_results()
    tasks.hash_old_results()
    found = [bytes(row.bits) for row in ResultHash.objects.filter(job=job)]
    assert bytes(bits) in found and len(set(found)) == len(found)
    assert not OrmQ.objects.filter(key__contains="hash").exists()


def test_a_face_that_hardly_changed_has_no_hash() -> None:
    noise = np.random.default_rng(1).bytes
    one = noise(32)
    assert reach(one, one) < 0
    assert reach(one, noise(32)) == MOST


def test_bits_apart_and_mirrored_are_what_they_say() -> None:
    one, zero = b"\x80" + bytes(31), bytes(32)
    assert bits_apart(one, as_words([one, zero, b"\xff" * 32])).tolist() == [0, 1, 255]
    assert mirrored(mirrored(one)) == one
    assert bits_apart(mirrored(zero), as_words([zero])).tolist() == [128]


@pytest.mark.long
@pytest.mark.real_engine
def test_of_forty_results_and_two_hundred_pictures_of_strangers(alice: User) -> None:
    """Each of 40 results altered in five ways; and each of their photos, and those of groups, in ten."""
    files = sorted(photo_set("portraits").glob("*.jpg"))
    photos = {path.stem: decode_photo(path.read_bytes()).rgb for path in files}
    photos["astronaut"] = decode_photo(sample("astronaut.png").read_bytes()).rgb
    small = {
        name: cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for name, rgb in photos.items()
        for scale in [min(1, 1000 / max(rgb.shape[:2]))]
    }
    pairs = [(one, other) for one, other in itertools.permutations(small, 2) if one[:5] != other[:5]]
    results: list[tuple[SwapJob, ByteImage]] = []
    for source, target in [pairs[place] for place in np.random.default_rng(2).permutation(len(pairs))[:40]]:
        before, rgb = find_faces(small[target], mode="largest")[0], swap_face(small[source], small[target])
        now = face_at(rgb, before.box)
        assert now is not None
        bits = face_hash(rgb, now.landmarks)
        job = SwapJob.objects.create(
            owner=alice, status="done", price=2, completed=timezone.now() - timedelta(days=len(results))
        )
        ResultHash.objects.create(job=job, bits=bits, reach=reach(bits, face_hash(small[target], before.landmarks)))
        results.append((job, rgb))

    def known(rgb: ByteImage) -> made_here.Checked:
        return check_picture(open_photo(file_of(rgb)), account=alice)

    for altered in ALTERED:
        found = sum(known(altered(rgb)).job_id == job.pk for job, rgb in results)
        assert found >= 38, f"{altered.__name__}: {found} of 40"
    groups = [decode_photo(path.read_bytes()).rgb for path in sorted(photo_set("groups").glob("*.jpg"))[:9]]
    strangers = [
        altered(np.ascontiguousarray(rgb[:, ::turn]))
        for rgb in (*small.values(), *groups)
        for turn in (1, -1)
        for altered in ALTERED
    ]
    assert len(strangers) >= 200
    assert [checked for rgb in strangers if (checked := known(rgb)).verdict != "no"] == []
