"""Reads the settings from the environment or .env, and names the one that is wrong in a sentence."""

import contextlib
import os
import secrets
import ssl
import zoneinfo
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

environ.Env.read_env(BASE_DIR / ".env")
_env = environ.Env()


def _read(reader: Callable[..., Any], name: str, default: Any, kind: str) -> Any:
    try:
        return reader(name, default=default)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} must be {kind}, not {_env.str(name, '')!r}. See .env.example.") from error


def is_set(name: str) -> bool:
    return name in os.environ


def require_package(package: str, name: str, command: str) -> None:
    """Stop the start where a setting needs a package that is not installed."""
    if find_spec(package) is None:
        raise ImproperlyConfigured(f"{name} needs a package that is not installed: {command}")


def local_secret(file: Path) -> str:
    """Read the secret kept in `file`, after writing a random one there if it doesn't exist yet."""
    if not file.exists():
        partial = file.with_name(f".{file.name}.{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        # Linking fails where another process was first, so that all of them read the same secret.
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(partial)
        partial.unlink()
    return file.read_text()


def text(name: str, default: str = "") -> str:
    return str(_read(_env.str, name, default, "text"))


def path(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()


def writable_folder(name: str, default: Path) -> Path:
    folder = path(name, default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} must be a folder that can be written, not {folder}.") from error
    return folder


def certificates(name: str) -> str:
    """The path of a PEM file with certificates; empty where none is named."""
    if not text(name):
        return ""
    file = path(name, Path())
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError as error:  # SSLError is one
        raise ImproperlyConfigured(
            f"{name} must be a PEM file with certificates, not {file}. See .env.example."
        ) from error
    return str(file)


def has_site() -> bool:
    """Whether there is a database to ask: one that the environment names, or the file of an earlier start."""
    return bool(text("DATABASE_URL")) or (path("DATA_DIR", BASE_DIR / "var") / "site.sqlite3").exists()


def time_zone(name: str, default: str) -> str:
    try:
        return zoneinfo.ZoneInfo(text(name, default)).key
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Zurich, not {text(name)!r}.") from error


def flag(name: str, default: bool) -> bool:
    word = (text(name) or str(default)).strip().lower()
    if word not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}. See .env.example.")
    return word in {"1", "true", "yes", "on"}


def number(name: str, default: int, least: int = 0, most: int = 2**31) -> int:
    kind = f"a whole number from {least} to {most}"
    value = int(_read(_env.int, name, default, kind)) if text(name) else default
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must be {kind}, not {value}. See .env.example.")
    return value


def words(name: str, default: list[str] | None = None, allowed: set[str] | None = None) -> list[str]:
    given = _read(_env.list, name, [], "a comma-separated list") if text(name) else default or []
    values = [word.strip() for word in given if word.strip()]
    unknown = sorted(set(values) - allowed) if allowed else []
    if allowed and unknown:
        raise ImproperlyConfigured(f"{name} knows {', '.join(sorted(allowed))}, not {unknown[0]!r}. See .env.example.")
    return values


def origins(name: str) -> list[str]:
    """Pages' origins, as browsers write them; or the asterisk alone for all."""
    values = words(name)
    for value in values:
        parts = urlsplit(value)
        if values != ["*"] and (parts.scheme not in ("http", "https") or value != f"{parts.scheme}://{parts.netloc}"):
            raise ImproperlyConfigured(
                f"{name} must be * or origins such as https://app.example.org, without a path, not {value!r}."
            )
    return values


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value


def mail(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings out of an address such as smtp+tls://user:password@host:587."""
    try:
        config: dict[str, Any] = _env.email_url(name)
    except Exception as error:  # the parser raises many kinds
        raise ImproperlyConfigured(f"{name} is not a mail server address such as smtp://host:25.") from error
    return config


def database(name: str, default: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = _env.db_url_config(text(name) or default)
    except Exception as error:  # the parser raises many kinds
        raise ImproperlyConfigured(f"{name} is not a database address such as postgres://user@host/name.") from error
    if config.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgres:// or sqlite:// address. See .env.example.")
    return config
