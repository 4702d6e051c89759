"""Aliases of models in a profile: the model that a name stands for, with a note."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cohere_cli.config.profiles import Profile
from cohere_cli.config.settings import SETTINGS, Settings

if TYPE_CHECKING:
    from cohere_cli.terminal import Terminal

_MODELS = tuple(name for name in SETTINGS if name.endswith("model"))


def model_of_alias(name: str, profile: Profile, terminal: "Terminal") -> str:
    """Return the model that *name* is an alias of in *profile*, else *name*.

    Prints a note where a model of that name is known, which the alias hides.
    """
    model = profile.aliases.get(name)
    if model is None:
        return name
    if is_known_model(name, terminal):
        terminal.note(
            f"co: alias {name!r} of profile {profile.name!r} hides the model of this "
            f"name: {model} is used"
        )
    else:
        terminal.detail(f"co: alias {name!r} of profile {profile.name!r}: {model}")
    return str(model)


def models_of_aliases(
    names: str | Iterable[str], profile: Profile, terminal: "Terminal"
) -> str | list[str]:
    """Return the model, or the models, that a flag names."""
    if isinstance(names, str):
        return model_of_alias(names, profile, terminal)
    return [model_of_alias(name, profile, terminal) for name in names]


def without_aliases(
    settings: Settings, profile: Profile, model: str, terminal: "Terminal"
) -> Settings:
    """Return *settings* with the models that its aliases stand for.

    Only an alias in the setting *model*, which the call uses, has a note.
    """
    aliases = profile.aliases
    named = {name: getattr(settings, name) for name in _MODELS}
    silent = replace(terminal, quiet=True)
    values: dict[str, Any] = {
        name: model_of_alias(one, profile, terminal if name == model else silent)
        for name, one in named.items()
        if one in aliases
    }
    return replace(settings, **values) if values else settings


def is_known_model(name: str, terminal: "Terminal") -> bool:
    """Whether a model is called *name*: a built-in default, or one of a cached list."""
    from cohere_cli.commands.completion.model_cache import cached_names

    built_in = {getattr(Settings(profile=""), one) for one in _MODELS}
    return name in built_in or name in cached_names(terminal.environ)
