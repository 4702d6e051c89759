"""Caches the model names of each server for a day, for shell completion."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.api.protocol.models import Model, list_models
from cohere_cli.config.paths import data_directory
from cohere_cli.config.secure_files import lock, read, write
from cohere_cli.errors import CoError

if TYPE_CHECKING:
    from cohere_cli.config.settings import Settings

_MAX_AGE = 24 * 3600.0  # seconds


def server_name(settings: "Settings", *, compat: bool) -> str:
    """Return the cache key of a server; its two APIs list different models."""
    if compat:
        return f"compat {settings.compat_base_url or 'sandbox'}"
    return settings.base_url or "sandbox"


def save_models(
    models: Iterable[Model], server: str, environ: Mapping[str, str]
) -> None:
    """Cache the names and endpoints of the models of *server*.

    An error while writing is ignored: the next call fetches them again.
    """
    # In the format of the API, so that the same validation reads it.
    page = {"at": time.time(), "models": [_item(model) for model in models]}
    with suppress(CoError):
        path = _path(server, environ)
        with lock(path.parent, own=True):
            write(path, json.dumps(page).encode())


def load_models(
    server: str, environ: Mapping[str, str], max_age: float = _MAX_AGE
) -> list[Model] | None:
    """Return the cached models of *server*; None if missing or older, in seconds."""
    with suppress(CoError, ValueError):
        page = json.loads(read(_path(server, environ)).data)
        if _is_fresh(page, max_age):
            return _listed(page)
    return None


def cached_names(environ: Mapping[str, str]) -> set[str]:
    """Return the names of the models in all cached lists, however old."""
    return {one.name for one in cached_models(environ)}


def cached_models(environ: Mapping[str, str]) -> Iterator[Model]:
    """Yield the models in all cached lists, however old."""
    with suppress(CoError, OSError):
        for path in _folder(environ).glob("*.json"):
            with suppress(CoError, ValueError):
                yield from _listed(json.loads(read(path).data))


def _listed(page: Any) -> list[Model]:
    return list(list_models(lambda _: page))


def _item(model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "endpoints": model.endpoints,
        "is_deprecated": model.is_deprecated,
    }


def _is_fresh(page: Any, max_age: float) -> bool:
    at = page.get("at") if isinstance(page, dict) else None
    # A wrong clock must not keep an entry for years.
    return isinstance(at, int | float) and 0 <= time.time() - at < max_age


def _path(server: str, environ: Mapping[str, str]) -> Path:
    name = sha256(server.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return _folder(environ) / f"{name}.json"


def _folder(environ: Mapping[str, str]) -> Path:
    return data_directory(environ) / "models"
