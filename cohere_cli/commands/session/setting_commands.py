"""`/model`, `/set`, `/show`: how requests are answered, and answers are shown."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from cohere_cli.api.protocol.events import CHANNELS
from cohere_cli.commands.call.aliases import is_known_model, model_of_alias
from cohere_cli.commands.call.replies import reply_format, selected_channels
from cohere_cli.commands.flags.base import flag_options
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.commands.flags.defaults import flag_rules
from cohere_cli.commands.session.session import (
    CONNECTION_FLAGS,
    SEARCH_FLAGS,
    Session,
)
from cohere_cli.config.settings import FlagRule
from cohere_cli.errors import UsageProblem
from cohere_cli.render.channels import select_channels
from cohere_cli.render.renderer import EXPLICIT_THINKING
from cohere_cli.render.tables.columns import write_columns
from cohere_cli.text import did_you_mean, nearest

_UNSET = "-"
# Flags that have a command of their own.
_COMMANDS = {
    "model": "/model NAME",
    "system": "/system TEXT",
    "document": "/doc PATH",
    "image": "/image FILE",
    "schema": "/schema FIELDS",
    "tools": "/tools FILE",
    "show": "/show CHANNEL",
    "hide": "/show CHANNEL",
    "usage": "/show usage",
    "name": "/name NAME",
}
# Settings of requests and of the output that are not fields of the body.
_OTHERS = (
    *(
        "preset",
        "param",
        "split",
        "any_size",
        "json_object",
        "thinking",
        "thinking_budget",
    ),
    *("output", "width", "color", "quiet", "verbose", *CONNECTION_FLAGS),
)


def choose_model(session: Session, argument: str) -> None:
    """Show or choose the model; an unknown name is sent."""
    terminal = session.terminal
    if not argument:
        terminal.say(f"co: the model is {session.model}")
        return
    if any(map(str.isspace, argument)):
        raise UsageProblem("the name of a model has no spaces")
    profiles = session.flags.profiles
    profile = profiles.choose(session.flags.profile, terminal.environ).profile
    model = model_of_alias(argument, profile, terminal)
    session.change(model=model)
    terminal.say(f"co: the model is {model}")
    if not is_known_model(model, terminal):
        _note_unknown(model, session)


def _note_unknown(model: str, session: Session) -> None:
    from cohere_cli.commands.completion.model_cache import cached_names

    names = cached_names(session.terminal.environ)
    if near := nearest(model, names):
        note = f"{model} is not in the list of models; did you mean {near}?"
        session.terminal.say(f"co: {note} It is sent as it is")


def setting_rules() -> Mapping[str, FlagRule]:
    """Return what each setting of a session may be, by its name."""
    options = flag_options(ChatFlags)
    chat = {
        name: rule
        for name, rule in flag_rules("chat").items()
        if options[name].body_field or name in _OTHERS
    }
    search = flag_rules("ask")
    found = chat | {one: search[one] for one in SEARCH_FLAGS if one in search}
    return {name: rule for name, rule in found.items() if name not in _COMMANDS}


def change_setting(session: Session, argument: str) -> None:
    """List the settings that are set, change one, or unset it with `-`."""
    name, _, value = argument.partition(" ")
    name, value = name.strip().lstrip("-").replace("-", "_"), value.strip()
    if not name:
        _list(session)
        return
    rules = setting_rules()
    if name not in rules:
        raise _unknown(name, rules)
    if not value:
        shown = _value(session, name)
        _note(name, "not set" if shown is None else _text(shown), session)
    elif value == _UNSET:
        _unset(session, name)
    else:
        _set(session, name, _parsed(name, value, rules[name]))


def _unknown(name: str, rules: Mapping[str, FlagRule]) -> UsageProblem:
    if command := _COMMANDS.get(name):
        return UsageProblem(f"{name} has a command of its own", hint=command)
    hint = did_you_mean(name, rules, f"settings: {', '.join(sorted(rules))}")
    return UsageProblem(f"no such setting: {name!r}", hint=hint)


def _parsed(name: str, text: str, rule: FlagRule) -> Any:
    try:
        return rule.parse(text)
    except ValueError as exc:
        raise UsageProblem(f"{name} {exc}") from exc


def _set(session: Session, name: str, value: Any) -> None:
    if name in SEARCH_FLAGS:
        session.search[name] = value
    else:
        before = session.flags
        session.change(**{name: value})
        try:
            reply_format(session.flags)
        except UsageProblem:
            session.flags = before
            raise
    _note(name, _text(value), session)


def _unset(session: Session, name: str) -> None:
    if name in SEARCH_FLAGS:
        session.search.pop(name, None)
    else:
        option = flag_options(ChatFlags)[name]
        if option.body_field:
            session.dropped.add(option.body_field)
        session.change(**{name: _defaults()[name]})
    _note(name, "not set", session)


def _list(session: Session) -> None:
    rows = [
        ((name, "bold"), (_text(value), ""))
        for name in sorted(setting_rules())
        if (value := _value(session, name)) is not None
    ]
    if rows:
        write_columns(session.terminal, rows)
    else:
        session.terminal.say(
            "co: no setting is set; /set NAME VALUE sets one, Tab lists them"
        )


def _value(session: Session, name: str) -> Any:
    """Return the value of a setting, None if it is not set."""
    if name in SEARCH_FLAGS:
        return session.search.get(name)
    value = getattr(session.flags, name)
    if value != _defaults()[name]:
        return value
    field = flag_options(ChatFlags)[name].body_field
    is_taken_over = field and field not in session.dropped and field != "stream"
    return session.conversation.body().get(field) if is_taken_over else None


def _defaults() -> dict[str, Any]:
    return {one.name: one.default for one in fields(ChatFlags)}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _note(name: str, shown: str, session: Session) -> None:
    session.terminal.say(f"co: {name}: {shown}")


def toggle_channels(session: Session, argument: str) -> None:
    """List the parts of an answer that are shown, or show or hide some."""
    names = [name.lower() for name in argument.replace(",", " ").split()]
    select_channels(",".join(names), None)  # what is wrong with them
    for name in names:
        _toggle(session, name)
    shown = _shown(session)
    rows = [
        ((name, "bold"), ("shown" if name in shown else "hidden", ""))
        for name in CHANNELS
        if name in names or not names
    ]
    write_columns(session.terminal, rows)


def _shown(session: Session) -> set[str]:
    found = set(selected_channels(session.flags, session.settings))
    # Thinking is one line, unless it is asked for.
    return found if EXPLICIT_THINKING in found else found - {"thinking"}


def _toggle(session: Session, name: str) -> None:
    is_shown = name in _shown(session)
    show = [one for one in _names(session.flags.show) if one != name]
    hide = [one for one in _names(session.flags.hide) if one != name]
    (hide if is_shown else show).append(name)
    usage = session.flags.usage and name != "usage"
    session.change(show=show or None, hide=hide or None, usage=usage)


def _names(given: list[str] | None) -> list[str]:
    return [one.strip() for each in given or () for one in each.split(",")]
