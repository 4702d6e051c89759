"""What completes the arguments of commands in a session: models, settings, parts."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, get_args, get_type_hints

from cohere_cli.api.protocol.events import CHANNELS
from cohere_cli.commands.flags.ask import AskFlags
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.commands.session.session import Session
from cohere_cli.commands.session.setting_commands import setting_rules
from cohere_cli.conversation.session.completer import Candidates
from cohere_cli.errors import CoError


def candidates_of(session: Session) -> Mapping[str, Candidates]:
    """Return the candidates by the kinds that the table of commands names."""

    def models(_: Sequence[str]) -> Iterable[str]:
        return _models(session)

    def settings(earlier: Sequence[str]) -> Iterable[str]:
        if not earlier:
            return sorted(setting_rules())
        return _values(earlier[0].replace("-", "_"), session)

    return {"models": models, "settings": settings, "channels": lambda _: CHANNELS}


def _models(session: Session) -> list[str]:
    from cohere_cli.commands.completion.model_cache import cached_names

    names = {session.model, session.settings.model}
    with suppress(CoError):
        profiles, environ = session.flags.profiles, session.terminal.environ
        names |= {*profiles.choose(session.flags.profile, environ).profile.aliases}
        names |= cached_names(environ)
    return sorted(names)


def _values(setting: str, session: Session) -> list[str]:
    """Return the values of a setting that has a choice of them."""
    if setting == "preset":
        from cohere_cli.config.paths import preset_directory
        from cohere_cli.request.preset import preset_names

        return preset_names(preset_directory(session.terminal.environ))
    kinds = {**get_type_hints(AskFlags), **get_type_hints(ChatFlags)}
    return [*_choices(kinds.get(setting))]


def _choices(kind: Any) -> Iterable[str]:
    """Yield the texts of a `Literal`, or the words for true and false."""
    if kind is bool:
        yield from ("true", "false")
    for one in get_args(kind):
        if isinstance(one, str):
            yield one
        else:
            yield from _choices(one)
