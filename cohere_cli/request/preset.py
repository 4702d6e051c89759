"""Presets: body files that are kept by name, with parameters in their texts."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import did_you_mean, listed

SUFFIXES = (".yaml", ".yml", ".json")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
# A text such as `{{name}}`, or `{{name=its default}}`; all else in braces is text.
_PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]*)(?:=(.*?))?\}\}", re.DOTALL)


class Parameter(NamedTuple):
    """A parameter of a preset: its line in the file, its default, None without one."""

    name: str
    line: int
    default: str | None


def check_name(name: str) -> str:
    """Return *name*; raises `UsageProblem` unless a file can be called so."""
    if _NAME.fullmatch(name) and not name.endswith(SUFFIXES):
        return name
    hint = "letters, digits, dashes, dots and underscores, without .yaml"
    raise UsageProblem(f"{name!r} cannot be the name of a preset", hint=hint)


def find_preset(folder: Path, name: str) -> Path:
    """Return the file of the preset *name*; raises `UsageProblem` without one."""
    check_name(name)
    for suffix in SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    names = preset_names(folder)
    known = f"presets: {listed(names)}; " if names else ""
    known = f"{known}`co preset edit {name}` makes it"
    hint = did_you_mean(name, names, known)
    raise UsageProblem(f"no such preset: {name!r}", hint=hint)


def preset_names(folder: Path) -> list[str]:
    """Return the names of the presets in *folder*, sorted; none if it is missing."""
    try:
        found = [one for one in folder.iterdir() if one.suffix in SUFFIXES]
    except OSError:
        return []
    return sorted({one.stem for one in found if _NAME.fullmatch(one.stem)})


def parameters(text: str) -> Iterator[Parameter]:
    """Yield the parameters of a preset's *text*, each once, with its first default."""
    found: dict[str, Parameter] = {}
    for match in _PLACEHOLDER.finditer(text):
        name, default = match.groups()
        line = text.count("\n", 0, match.start()) + 1
        known = found.setdefault(name, Parameter(name, line, default))
        if known.default is None and default is not None:
            found[name] = known._replace(default=default)
    yield from found.values()


def filled(
    data: Mapping[str, Any], text: str, values: Mapping[str, str], where: str
) -> dict[str, Any]:
    """Return *data*, read from *text*, with *values* in place of its parameters.

    Values are texts: nothing in them is read as YAML. Raises `InputProblem` with the
    line in the file *where* of a parameter that has neither a value nor a default.
    """
    known = {one.name: one.default for one in parameters(text)}
    known |= dict(values)
    for one in parameters(text):
        if known[one.name] is None:
            hint = f"give it one: --param {one.name}=VALUE"
            what = f"parameter {one.name!r} has no value"
            raise InputProblem(what, where=f"{where}:{one.line}", hint=hint)
    result: dict[str, Any] = _filled(dict(data), known)
    return result


def _filled(value: Any, values: Mapping[str, str | None]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]] or "", value)
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    return value


def parse_values(given: list[str]) -> dict[str, str]:
    """Return the values of `--param NAME=VALUE`; raises `UsageProblem`."""
    values = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (equals and name.strip()):
            hint = "for instance --param language=German"
            raise UsageProblem(f"--param takes NAME=VALUE, not {one!r}", hint=hint)
        values[name.strip()] = value
    return values


def require_known(values: Mapping[str, str], known: set[str]) -> None:
    """Raise `UsageProblem` for a value whose parameter no preset has."""
    for name in values.keys() - known:
        hint = did_you_mean(
            name, known, f"parameters: {listed(known)}" if known else ""
        )
        raise UsageProblem(f"no preset has a parameter {name!r}", hint=hint)
