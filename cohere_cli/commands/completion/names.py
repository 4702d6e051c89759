"""Names that a completion script asks for: of profiles, models, conversations, …

None of them needs a request, and all but the models of a list are read from files.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cohere_cli.api.protocol.models import Model
from cohere_cli.commands.call.session import (
    chosen_profile,
    load_profiles,
    resolve_settings,
    vocabulary,
)
from cohere_cli.commands.completion.known_models import models_of
from cohere_cli.commands.completion.model_cache import server_name
from cohere_cli.commands.flags.base import CallFlags
from cohere_cli.config.paths import config_directory, data_directory, preset_directory
from cohere_cli.config.profiles import ALIASES, DEFAULTS, SANDBOX
from cohere_cli.errors import CoError
from cohere_cli.terminal import Terminal


class Line(NamedTuple):
    """What the command line has about the server, for names of models."""

    terminal: Terminal
    profile: str | None = None
    base_url: str | None = None

    @property
    def words(self) -> list[str]:
        """The flags of the line, by their long names."""
        flags = (("--profile", self.profile), ("--base-url", self.base_url))
        return [f"{name}={value}" for name, value in flags if value is not None]


class Kind(NamedTuple):
    """A kind of names, and the files and folders whose changes can change them."""

    names: Callable[[Line], Iterator[str]]
    sources: Callable[[Mapping[str, str]], tuple[Path, ...]]


def profile_names(line: Line) -> Iterator[str]:
    """Yield the name of each profile; only the built-in one if none can be read."""
    with suppress(CoError):
        yield from load_profiles(line.terminal).by_name
    yield SANDBOX


def setting_names(line: Line) -> Iterator[str]:
    """Yield each setting: of a profile, the default of a flag, an alias that is set."""
    from cohere_cli.config import editing

    yield from editing.setting_names()
    for command in DEFAULTS:
        for flag, rule in vocabulary().flags(command).items():
            if not rule.refusal:
                yield f"{command}.{flag}"
    yield from (f"{ALIASES}.{name}" for name in alias_names(None, line.terminal))


def alias_names(profile: str | None, terminal: Terminal) -> list[str]:
    """Return the aliases of the profile of a call; none if it cannot be read."""
    with suppress(CoError):
        return list(chosen_profile(profile, terminal).aliases)
    return []


_MOST_CONVERSATIONS = 200


def conversation_names(line: Line) -> Iterator[str]:
    """Yield the name, else the id, of each of the last conversations."""
    from cohere_cli.commands.history.selection import stored_history

    with suppress(CoError), stored_history(line.terminal) as history:
        yield from history.labels(_MOST_CONVERSATIONS)


def preset_names(line: Line) -> Iterator[str]:
    """Yield the name of each preset."""
    from cohere_cli.request import preset

    with suppress(CoError):
        yield from preset.preset_names(preset_directory(line.terminal.environ))


def server_names(line: Line) -> Iterator[str]:
    """Yield the name of each MCP server of config.toml."""
    from cohere_cli.tools.mcp.configuration import read_servers

    with suppress(CoError):
        yield from read_servers(config_directory(line.terminal.environ))


def _models(endpoint: str, api: str = "") -> Callable[[Line], Iterator[str]]:
    """Return what yields the aliases of a profile, and the models of its server."""

    def names(line: Line) -> Iterator[str]:
        yield from alias_names(line.profile, line.terminal)
        with suppress(CoError):
            for one in _models_of_server(line, api or endpoint):
                if not one.is_deprecated and endpoint in (one.endpoints or endpoint):
                    yield one.name

    return names


def model_names(line: Line) -> Iterator[str]:
    """Yield each model of a server, deprecated ones too."""
    with suppress(CoError):
        yield from (one.name for one in _models_of_server(line))


def _models_of_server(line: Line, api: str = "") -> list[Model]:
    """Return the models of the server that a command of *api* would call."""
    flags = CallFlags(profile=line.profile, base_url=line.base_url, dry_run=True)
    is_compat = api == "compat"
    settings = resolve_settings(
        flags,
        replace(line.terminal, quiet=True, verbose=False),
        model=None,
        compat=is_compat,
        rerank=api == "rerank",
    )
    return models_of(server_name(settings, compat=is_compat), line.terminal.environ)


def _settings(environ: Mapping[str, str]) -> tuple[Path, ...]:
    directory = config_directory(environ)
    return directory / "config.toml", directory / "keys.toml"


def _presets(environ: Mapping[str, str]) -> tuple[Path, ...]:
    return (preset_directory(environ),)


def _lists(environ: Mapping[str, str]) -> tuple[Path, ...]:
    return *_settings(environ), data_directory(environ) / "models"


def _history(environ: Mapping[str, str]) -> tuple[Path, ...]:
    from cohere_cli.conversation.database import history_path

    path = history_path(environ)
    return path, path.with_name(f"{path.name}-wal")


KINDS = {
    "profiles": Kind(profile_names, _settings),
    "settings": Kind(setting_names, _settings),
    "conversations": Kind(conversation_names, _history),
    "presets": Kind(preset_names, _presets),
    "servers": Kind(server_names, _settings),
    "models": Kind(model_names, _lists),
    "chat-models": Kind(_models("chat"), _lists),
    "rerank-models": Kind(_models("rerank"), _lists),
    "compat-models": Kind(_models("chat", "compat"), _lists),
}
"""What `co completion SHELL --names` can print."""


def find_names(kind: str, line: Line) -> list[str]:
    """Return the names of *kind*, each once, that can stand on a line."""
    found = dict.fromkeys(KINDS[kind].names(line))
    return [one for one in found if one.isprintable()]
