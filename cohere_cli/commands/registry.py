"""The table of commands; each module is imported when its command is used.

Importing all of them takes as long as importing Typer, and a call needs only one.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_group

from cohere_cli.commands.flags.base import expand_flags
from cohere_cli.commands.help.flags import add_help_flags

COMMANDS = {
    "chat": "cohere_cli.commands.chat:chat",
    "rerank": "cohere_cli.commands.rerank:rerank",
    "lab": "cohere_cli.commands.lab:lab",
    "compat": "cohere_cli.commands.compat:compat",
    "replay": "cohere_cli.commands.replay:replay",
    "completion": "cohere_cli.commands.completion.command:completion",
    "doctor": "cohere_cli.commands.doctor:doctor",
    "auth": "cohere_cli.commands.auth:app",
    "config": "cohere_cli.commands.config:app",
    "models": "cohere_cli.commands.models:app",
    "sandbox": "cohere_cli.commands.sandbox:app",
}
"""Name to `module:object`, in the order of the help."""


class LazyCommands(Mapping[str, Any]):
    """Typer's commands by name, each imported at its first look-up."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _load(name: str, target: str) -> Any:
    """Import *target* and return its command, or its group of commands."""
    module, _, attribute = target.partition(":")
    declared = getattr(import_module(module), attribute)
    root = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(declared, typer.Typer):
        root.add_typer(declared, name=name)
    else:
        root.command(name)(expand_flags(declared))
    return add_help_flags(get_group(root).commands[name])
