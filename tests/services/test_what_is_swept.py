"""What nobody needs any more and nobody else deletes: letters in a folder, and what is left of ended sessions."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from faceswap_site.ops import storage_use
from faceswap_site.ops.sweep import sweep
from tests.security.test_signing_in import sign_in

pytestmark = pytest.mark.django_db


def test_letters_in_a_folder_are_deleted_after_a_day(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    old, new = tmp_path / "20261125-1.log", tmp_path / "20261126-1.log"
    for path in (old, new):
        path.write_text("Hello alice")
    os.utime(old, times=(old.stat().st_mtime - 25 * 3600,) * 2)
    sweep()
    assert list(tmp_path.iterdir()) == [new]


def test_sessions_that_are_over_go_with_what_was_noted_about_them(alice: User, bob: User) -> None:
    sign_in(Client(), "alice", "alice-password")
    sign_in(Client(), "bob", "bob-password")
    ended = UserSession.objects.get(user=alice)
    Session.objects.filter(pk=ended.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=15))
    cache.clear()
    sweep()
    assert [session.user for session in UserSession.objects.all()] == [bob]
    assert Session.objects.count() == 1


def test_photos_are_measured_while_others_are_deleted(tmp_path: Path, settings: Any, monkeypatch: Any) -> None:
    settings.DATA_DIR = tmp_path
    folders = [tmp_path / "media" / "swaps" / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "photo.jpg").write_bytes(b"12345")

    def while_others_are_deleted(path: Path) -> int:
        for folder in folders:
            if folder != path.parent:
                shutil.rmtree(folder, ignore_errors=True)
        return path.stat().st_size if path.is_file() else 0

    monkeypatch.setattr(storage_use, "_size", while_others_are_deleted)
    assert storage_use.measure().photos == 5
