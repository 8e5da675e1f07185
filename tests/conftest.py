"""What every test may use: three people, photos, and files that go with the test."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import points
from accounts.models import User
from swaps.engine.models import runtime
from swaps.engine.models.probe import ProbeReport
from swaps.engines import registry
from swaps.models import OperatorEngine

from . import prepared
from . import settings as test_settings
from .photos import SAMPLES


def pytest_addoption(parser: pytest.Parser) -> None:
    what = "only what meets a database, a cache or a storage: for a run on other ones"
    parser.addoption("--stored", action="store_true", help=what)


def pytest_configure() -> None:
    prepared.share()


def is_stored(item: pytest.Item) -> bool:
    """Whether a test asks for the database, or starts a site of its own; what others find is the same on any server.

    Of those that are long only the ones that are marked with again.
    """
    marks = {mark.name for mark in item.iter_markers()}
    fixtures = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
    stored = marks & {"django_db", "process", "postgres", "redis"} or fixtures & {"db", "transactional_db"}
    return "again" in marks or (bool(stored) and "long" not in marks)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("stored"):
        config.hook.pytest_deselected(items=[item for item in items if not is_stored(item)])
        items[:] = filter(is_stored, items)
    # Groups are what takes long, so they come first: at the end, one worker would sit idle beside a long one.
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_collection_finish() -> None:
    """What was imported stays to the end; looking through it for rubbish again and again took a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    shutil.rmtree(test_settings.DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Stored files of a test lie in a folder of its own; returns that folder."""
    media = tmp_path / "media"
    options = settings.STORAGES["default"]["OPTIONS"] | {"location": str(media)}
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": options}}
    cache.clear()
    yield media


@pytest.fixture(autouse=True)
def engine_itself(request: pytest.FixtureRequest, settings: Any) -> None:
    """Tests that are marked with real_engine get the engine and the sample photos, all others what tests draw."""
    if request.node.get_closest_marker("real_engine"):
        settings.FAKE_ENGINE, settings.SAMPLES_DIR = "", SAMPLES


def make_account(username: str, balance: int = 100) -> User:
    account = User.objects.create_user(username, f"{username}@example.org", f"{username}-password")
    if balance:
        points.grant(account, balance, reason="Welcome")
    return account


@pytest.fixture
def alice(db: None) -> User:
    """The owner."""
    return make_account("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Another account."""
    return make_account("bob")


@pytest.fixture
def alice_client(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def bob_client(bob: User) -> Client:
    other = Client()
    other.force_login(bob)
    return other


@pytest.fixture
def engines_folder(settings: Any, tmp_path: Path) -> Path:
    """An ENGINES_DIR of the test's own, and no network loaded from another."""
    settings.ENGINES_DIR = tmp_path / "engines"
    settings.ENGINES_DIR.mkdir()
    runtime.let_go()
    return Path(settings.ENGINES_DIR)


class Bring(Protocol):
    def __call__(self, family: str, *, commercial: bool = True, **fields: Any) -> OperatorEngine: ...


@pytest.fixture
def bring(engines_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Takes a stand-in of a family in and switches it on, without the second that the look in a process takes."""
    from tests.engine.models import standins  # half a second of the onnx package, for the tests of engines alone

    def seen(path: Path, *, family: str, **limits: Any) -> ProbeReport:
        return ProbeReport(family, "CPUExecutionProvider", 1.0, 10)

    monkeypatch.setattr(registry, "probe", seen)

    def bring_one(family: str, *, commercial: bool = True, **fields: Any) -> OperatorEngine:
        files = standins.of_each_family(tmp_path / "brought")
        engine = registry.add(files[family], licence="As I like", accepted_by="root", non_commercial=not commercial)
        OperatorEngine.objects.filter(pk=engine.pk).update(**fields)
        engine = registry.look_at(registry.engine_named(engine.name))
        registry.enable(engine)
        return engine

    return bring_one
