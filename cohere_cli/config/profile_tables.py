"""The tables of a profile: defaults of flags, aliases and prices of models.

Such as `[profiles.work.chat]`, of which each entry is a setting: `chat.seed`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cohere_cli.config.profiles import ALIASES, DEFAULTS, PRICES, Profile
from cohere_cli.config.settings import (
    CHAT_MODEL,
    SETTINGS,
    FlagRule,
    Vocabulary,
    check_price,
)
from cohere_cli.config.toml_file import TomlFile
from cohere_cli.errors import UsageProblem
from cohere_cli.text import did_you_mean

_ALIAS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def read_tables(
    file: TomlFile, profile: str, vocabulary: Vocabulary | None
) -> dict[str, Any]:
    """Return the entries of tables that *profile* sets itself, by dotted name.

    Without a *vocabulary*, defaults are not checked. Raises `ConfigProblem` with file
    and line.
    """
    found: dict[str, Any] = {}
    for command in DEFAULTS:
        found |= _defaults(file, profile, command, vocabulary)
    for table, check in _CHECKS.items():
        found |= _entries(file, profile, table, check)
    return found


def _entries(
    file: TomlFile, profile: str, table: str, check: Callable[[str, object], object]
) -> dict[str, Any]:
    at, found = ("profiles", profile, table), {}
    for name, value in file.table(at).items():
        try:
            found[f"{table}.{name}"] = check(name, value)
        except ValueError as exc:
            what = f"{table}.{name} of profile {profile!r} {exc}"
            raise file.problem((*at, name), what) from exc
    return found


def _defaults(
    file: TomlFile, profile: str, command: str, vocabulary: Vocabulary | None
) -> dict[str, Any]:
    at = ("profiles", profile, command)
    table = file.table(at)
    if not (table and vocabulary):
        return {f"{command}.{flag}": value for flag, value in table.items()}
    rules, found = vocabulary.flags(command), {}
    for flag, value in table.items():
        name = f"{command}.{flag}"
        if problem := _name_problem(command, flag, rules):
            raise file.problem((*at, flag), problem.what, problem.hint)
        try:
            found[name] = rules[flag].check(value)
        except ValueError as exc:
            what = f"{name} of profile {profile!r} {exc}"
            raise file.problem((*at, flag), what) from exc
    return found


def parse_entry(setting: str, text: str, vocabulary: Vocabulary | None) -> object:
    """Return the value of *setting*, such as `chat.seed`, that *text* stands for.

    Raises `ValueError`, as in "must be ...".
    """
    table, _, name = setting.partition(".")
    if table == ALIASES:
        return check_alias(name, text)
    if table == PRICES:
        return _check_price(name, _amounts(text))
    return vocabulary.flags(table)[name].parse(text) if vocabulary else text


def check_alias(name: str, model: object) -> str:
    """Return the *model* that *name* is short for, or raise `ValueError`."""
    if not _ALIAS.fullmatch(name):
        raise ValueError("must have a name of 1 to 64 of A-Z a-z 0-9 . _ -")
    return str(SETTINGS["model"].check(model))


def _check_price(model: str, value: object) -> dict[str, float]:
    """Return the price of *model*, or raise `ValueError`."""
    SETTINGS["model"].check(model)
    return check_price(value)


def _amounts(text: str) -> dict[str, object]:
    """Return the numbers of `input=2.5,output=10`; another text stays a text."""
    parts = (one.partition("=") for one in text.split(","))
    return {name.strip(): _number(amount) for name, _, amount in parts}


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    ALIASES: check_alias,
    PRICES: _check_price,
}
_EXAMPLES = {ALIASES: "fast", PRICES: CHAT_MODEL}


def require_known_entry(setting: str, vocabulary: Vocabulary | None) -> None:
    """Raise `UsageProblem` where no table of a profile has an entry *setting*."""
    table, _, name = setting.partition(".")
    if not name:
        hint = f"name one: {table}.{_EXAMPLES.get(table, 'output')}"
        raise UsageProblem(f"{table} is a table, not a setting", hint=hint)
    if table not in _CHECKS and vocabulary:
        problem = _name_problem(table, name, vocabulary.flags(table))
        if problem:
            raise problem


def _name_problem(
    command: str, flag: str, rules: Mapping[str, FlagRule]
) -> UsageProblem | None:
    """Return why *flag* of *command* cannot have a default."""
    if flag not in rules:
        possible = [name for name, rule in rules.items() if not rule.refusal]
        hint = did_you_mean(flag, possible, f"known: {', '.join(possible)}")
        return UsageProblem(f"co {command} has no flag {flag!r}", hint=hint)
    if refusal := rules[flag].refusal:
        return UsageProblem(f"{command}.{flag} cannot have a default: {refusal}")
    return None


def require_direct_aliases(file: TomlFile, profiles: Iterable[Profile]) -> None:
    """Raise `ConfigProblem` for an alias of an alias."""
    for profile in profiles:
        aliases = profile.aliases
        for name, model in aliases.items():
            if model in aliases:
                source = profile.sources[f"{ALIASES}.{name}"]
                at = ("profiles", source, ALIASES, name)
                what = f"{ALIASES}.{name} of profile {source!r} is an alias of an alias"
                raise file.problem(at, what, f"{ALIASES}.{name} = {aliases[model]!r}")
