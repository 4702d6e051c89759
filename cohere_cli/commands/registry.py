"""The commands by their names, each loaded only when it is asked for.

All of them take as long to load as Typer itself, and a call is about one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import typer
from typer.main import get_group

from cohere_cli.commands.flags.base import expand_flags

NAMES = (
    "chat",
    "rerank",
    "lab",
    "compat",
    "replay",
    "completion",
    "doctor",
    "auth",
    "config",
    "models",
    "sandbox",
)
"""In the order of the help."""


class LazyCommands(Mapping[str, Any]):
    """Commands as Typer draws and runs them."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = _loaded(name)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def _loaded(name: str) -> Any:
    trunk = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False)
    declared = _declared(name)
    if isinstance(declared, typer.Typer):
        trunk.add_typer(declared, name=name)
    else:
        trunk.command(name)(expand_flags(declared))
    return get_group(trunk).commands[name]


def _declared(name: str) -> typer.Typer | Callable[..., None]:  # noqa: C901 - flat
    """Return the function of a command, or the tree of those that it stands for."""
    match name:
        case "chat":
            from cohere_cli.commands.chat import chat

            return chat
        case "rerank":
            from cohere_cli.commands.rerank import rerank

            return rerank
        case "lab":
            from cohere_cli.commands.lab import lab

            return lab
        case "compat":
            from cohere_cli.commands.compat import compat

            return compat
        case "replay":
            from cohere_cli.commands.replay import replay

            return replay
        case "completion":
            from cohere_cli.commands.completion.command import completion

            return completion
        case "doctor":
            from cohere_cli.commands.doctor import doctor

            return doctor
        case "auth":
            from cohere_cli.commands.auth import app as auth

            return auth
        case "config":
            from cohere_cli.commands.config import app as config

            return config
        case "models":
            from cohere_cli.commands.models import app as models

            return models
        case "sandbox":
            from cohere_cli.commands.sandbox import app as sandbox

            return sandbox
        case _:
            raise AssertionError(name)
