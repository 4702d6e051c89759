"""Names of models that need no request: published ones, and those of cached lists."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from cohere_cli.api.protocol.models import Model, list_models
from cohere_cli.config.urls import DEFAULT_COMPAT_URL, DEFAULT_URL


def published_models() -> list[Model]:
    """Return the models that Cohere's documents list, which the sandbox has, too."""
    from cohere_cli.sandbox.answers import models

    page: Any = models.list_models({"page_size": "1000"})
    return list(list_models(lambda _: page))


def models_of(server: str, environ: Mapping[str, str]) -> list[Model]:
    """Return the models of the last list of *server*, however old.

    Those of Cohere and of the sandbox include the published ones.
    """
    from cohere_cli.commands.completion.model_cache import load_models

    found = load_models(server, environ, max_age=inf) or []
    return [*found, *(published_models() if server in _PUBLIC else ())]


_PUBLIC = (
    *("sandbox", "compat sandbox", DEFAULT_URL, f"compat {DEFAULT_COMPAT_URL}"),
    "https://api.cohere.ai",
)


def nearest_model(name: str, endpoint: str, environ: Mapping[str, str]) -> str:
    """Return the model of *endpoint* that *name* was probably meant to be, or ""."""
    from cohere_cli.text import nearest

    return nearest(name, sorted(set(_known(endpoint, environ))))


def _known(endpoint: str, environ: Mapping[str, str]) -> Iterator[str]:
    from cohere_cli.commands.completion.model_cache import cached_models

    for one in (*published_models(), *cached_models(environ)):
        if endpoint in one.endpoints or not one.endpoints:
            yield one.name
