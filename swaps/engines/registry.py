"""The operator's engines: taken in, looked at, switched on and off, removed. The admin site and the command call these.

A file lies in ENGINES_DIR under the name of its engine. Nothing of it is loaded in a process of the site before the
look of `probe` was passed, and nothing that changed since.
"""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from faceswap_site.lib.errors import DomainError
from swaps.engine.models.families import FAMILIES
from swaps.engine.models.files import digest
from swaps.engine.models.probe import judge, probe
from swaps.models import OperatorEngine

Audience = OperatorEngine.Audience
ENDINGS = (".onnx", ".dfm")
NEEDS_CONVERTER = {"ghost": "ghost", "simswap_256": "simswap", "simswap_512": "simswap", "hififace": "hififace"}


class EngineError(DomainError):
    """What is asked can't be done with this engine."""

    code = "engine_not_usable"


def path_of(engine: OperatorEngine) -> Path:
    return settings.ENGINES_DIR / engine.file


def unknown_files() -> Iterator[Path]:
    """What lies in ENGINES_DIR and is no engine yet."""
    known = set(OperatorEngine.objects.values_list("file", flat=True))
    for path in sorted(settings.ENGINES_DIR.glob("*")):
        if path.suffix.lower() in ENDINGS and path.name not in known:
            yield path


def engine_named(name: str) -> OperatorEngine:
    """The engine of a name; EngineError where there is none."""
    engine = OperatorEngine.objects.filter(name=name).first()
    if engine is None:
        raise EngineError(case="unknown", engine=name[:100])
    return engine


def add(
    path: Path, *, licence: str, accepted_by: str, licence_url: str = "", non_commercial: bool = True, family: str = ""
) -> OperatorEngine:
    """Take a file in as an engine that is still off; it is copied where it doesn't lie in ENGINES_DIR already.

    Parameters
    ----------
    licence : str
        As the operator has read it, and accepted it for this site.
    accepted_by : str
        Who accepted it.
    family : str
        Of `FAMILIES`, where the file's own inputs and outputs don't tell.

    Raises
    ------
    EngineRefused, EngineError
    """
    if not licence.strip() or not accepted_by.strip():
        raise EngineError(case="licence")
    if family and family not in FAMILIES:
        raise EngineError(case="family", families=", ".join(FAMILIES))
    if path.suffix.lower() not in ENDINGS or not path.is_file():
        raise EngineError(case="no_file", file=path.name)
    if OperatorEngine.objects.filter(name=path.stem).exists():
        raise EngineError(case="exists", engine=path.stem)
    name = judged(path, family=family)
    file = _taken_in(path)
    return OperatorEngine.objects.create(
        name=path.stem,
        file=file.name,
        sha256=digest(file),
        megabytes=-(-file.stat().st_size // 1024**2),
        family=name,
        role=FAMILIES[name].role,
        licence=licence.strip(),
        licence_url=licence_url,
        non_commercial=non_commercial,
        accepted_by=accepted_by.strip(),
        price=0 if non_commercial or FAMILIES[name].role != "swapper" else settings.PRICES["swap"],
    )


def judged(path: Path, *, family: str = "") -> str:
    """The family of a file, judged without loading it; EngineRefused where it can't be an engine."""
    name, _ = judge(path, family=family, most_megabytes=settings.ENGINE_MAX_MB)
    return name


def _taken_in(path: Path) -> Path:
    file: Path = settings.ENGINES_DIR / path.name
    if file.exists() and file.samefile(path):
        return file
    partial = file.with_name(f".{file.name}.partial")
    try:
        shutil.copyfile(path, partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file


def look_at(engine: OperatorEngine) -> OperatorEngine:
    """Have the file loaded and run in a process of its own, and keep what was seen; it is switched off where refused.

    Raises
    ------
    EngineRefused
    """
    file = path_of(engine)
    if not file.is_file():
        raise EngineError(case="no_file", file=engine.file)
    OperatorEngine.objects.filter(pk=engine.pk).update(enabled=False, probed=None, probe={})
    seen = probe(
        file,
        family=engine.family,
        megabytes=settings.ENGINE_MEMORY_MB,
        seconds=settings.ENGINE_PROBE_SECONDS,
        most_megabytes=settings.ENGINE_MAX_MB,
    )
    changed = {"probed": timezone.now(), "probe": asdict(seen), "sha256": digest(file), "enabled": engine.enabled}
    OperatorEngine.objects.filter(pk=engine.pk).update(**changed)
    engine.refresh_from_db()
    return engine


def enable(engine: OperatorEngine) -> None:
    """Switch an engine on; EngineError where it was not looked at, or what it needs beside it is not on."""
    if engine.probed is None or not path_of(engine).is_file() or digest(path_of(engine)) != engine.sha256:
        raise EngineError(case="not_probed", engine=engine.name)
    if engine.non_commercial and engine.price:
        raise EngineError(case="non_commercial_price", engine=engine.name)
    for helper, missing in helpers_of(engine).items():
        if missing is None:
            raise EngineError(case="needs", engine=engine.name, helper=helper)
    engine.enabled = True
    engine.save(update_fields=["enabled"])


def disable(engine: OperatorEngine) -> None:
    OperatorEngine.objects.filter(pk=engine.pk).update(enabled=False)


def remove(engine: OperatorEngine) -> None:
    """Forget an engine and delete its file. What it made stays, and still says what made it."""
    engine.delete()
    path_of(engine).unlink(missing_ok=True)


def helpers_of(engine: OperatorEngine) -> dict[str, OperatorEngine | None]:
    """What a swapper can't do without, by what it is called, and which engine that is switched on does it."""
    family = FAMILIES[engine.family]
    if family.role != "swapper" or family.identity in {"picture", "own"}:
        return {}
    on = OperatorEngine.objects.filter(enabled=True)
    helpers = {"arcface_w600k_r50": on.filter(family="arcface").first()}
    if converter := NEEDS_CONVERTER.get(engine.family):
        helpers[f"crossface_{converter}"] = on.filter(family="crossface", name__icontains=converter).first()
    return helpers


def usable(account: User | None, *, role: str = "") -> QuerySet[OperatorEngine]:
    """The engines of a role, or all, that an account may name, in the order in which they stand in for each other.

    Without an account, whoever sits at the machine asks, and may name every one that is on.
    """
    engines = OperatorEngine.objects.filter(enabled=True).order_by("order", "name")
    if account is not None:
        allowed = Q(audience=Audience.EVERYONE) | Q(audience=Audience.ACCOUNTS, accounts=account)
        engines = engines.filter(allowed | Q(audience=Audience.STAFF) if account.is_staff else allowed).distinct()
    return engines.filter(role=role) if role else engines
