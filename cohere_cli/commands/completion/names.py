"""Names that a completion script asks for, such as those of profiles and settings."""

from collections.abc import Iterator
from contextlib import suppress

from cohere_cli.commands.call.session import chosen_profile, load_profiles, vocabulary
from cohere_cli.config.profiles import ALIASES, DEFAULTS, SANDBOX
from cohere_cli.errors import CoError
from cohere_cli.terminal import Terminal


def profile_names(terminal: Terminal) -> Iterator[str]:
    """Yield the name of each profile; only the built-in one if none can be read."""
    with suppress(CoError):
        yield from load_profiles(terminal).by_name
    yield SANDBOX


def setting_names(terminal: Terminal) -> Iterator[str]:
    """Yield each setting: of a profile, the default of a flag, an alias that is set."""
    from cohere_cli.config import editing

    yield from editing.setting_names()
    for command in DEFAULTS:
        for flag, rule in vocabulary().flags(command).items():
            if not rule.refusal:
                yield f"{command}.{flag}"
    yield from (f"{ALIASES}.{name}" for name in alias_names(None, terminal))


def alias_names(profile: str | None, terminal: Terminal) -> list[str]:
    """Return the aliases of the profile of a call; none if it cannot be read."""
    with suppress(CoError):
        return list(chosen_profile(profile, terminal).aliases)
    return []


_MOST_CONVERSATIONS = 200


def conversation_names(terminal: Terminal) -> Iterator[str]:
    """Yield the name, else the id, of each of the last conversations."""
    from cohere_cli.commands.history.selection import stored_history

    with suppress(CoError), stored_history(terminal) as history:
        yield from filter(str.isprintable, history.labels(_MOST_CONVERSATIONS))


NAMES = {
    "profiles": profile_names,
    "settings": setting_names,
    "conversations": conversation_names,
}
"""What `co completion SHELL --names` can print."""
