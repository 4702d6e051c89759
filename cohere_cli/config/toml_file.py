"""A TOML file: its tables, the line of each value, and edits that keep its layout."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cohere_cli.config import secure_files
from cohere_cli.errors import ConfigProblem
from cohere_cli.text import did_you_mean

Keys = Sequence[str]
_TEXT_MARKS = ('"""', "'''")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_HEADER = re.compile(r"\s*\[\[?([^\]]*)\]")
_NAME = re.compile(rf"[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART})*+(?=[ \t]*=)")
# Python's reader takes a minute for a name of 40,000 parts; ours have up to four.
_MAX_PARTS = 20
_DEEP_NAME = re.compile(
    rf"(?:^|[\[{{,])[ \t]*+(?:{_PART}[ \t]*+\.[ \t]*+){{{_MAX_PARTS},}}+"
    rf"{_PART}[ \t]*+[=\]]",
    re.MULTILINE,
)

Edit = tuple[Keys, object]
"""The path to a value, and the value; None removes what is there."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The contents of a TOML file; an absent one is empty, and its `mode` is None."""

    path: Path
    data: bytes = field(repr=False)
    tables: Mapping[str, Any] = field(repr=False)
    mode: int | None

    @classmethod
    def read(cls, path: Path, *, secret: bool = False) -> "TomlFile":
        """Raises `ConfigProblem` with file and line."""
        found = secure_files.read(path, secret=secret)
        return cls.parse(path, found.data, found.mode)

    @classmethod
    def parse(cls, path: Path, data: bytes, mode: int | None = None) -> "TomlFile":
        """Return the tables of *data*, as if in *path*. Raises `ConfigProblem`."""
        return cls(path, data, _parsed(data, path), mode)

    def table(self, keys: Keys, known: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the table at *keys*, empty where there is none.

        Raises `ConfigProblem` for another type, or for a name that is not *known*.
        """
        found: Any = self.tables
        for key in keys:
            found = found.get(key, {})
        if not isinstance(found, dict):
            raise self.problem(keys, f"{'.'.join(keys)} must be a table")
        for name in found if known is not None else ():
            self._refuse_unknown((*keys, name), list(known or ()))
        return found

    def problem(self, keys: Keys, what: str, hint: str = "") -> ConfigProblem:
        """Return an error about the value at *keys*, with its line."""
        where = f"{self.path}:{_line_of(self.data, keys)}"
        return ConfigProblem(what, where=where, hint=hint)

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """Return the file's new bytes, with its comments and layout.

        Raises `ConfigProblem` for a layout that the editor cannot handle.
        """
        from tomlkit.exceptions import TOMLKitError

        wanted = deepcopy(dict(self.tables))
        edits = list(edits)
        for keys, value in edits:
            _put(wanted, keys, deepcopy(value), dict)
        try:
            data = _edited(self.data, edits)
        except (TOMLKitError, ValueError, TypeError, RecursionError) as exc:
            raise self._uneditable() from exc
        # Libraries that keep the layout have lost values before, and these may be keys.
        if _without_empty(_parsed(data, self.path)) != _without_empty(wanted):
            raise self._uneditable()
        return data

    def _refuse_unknown(self, keys: Keys, known: Keys) -> None:
        if keys[-1] in known:
            return
        hint = did_you_mean(keys[-1], known, f"known: {', '.join(known)}")
        raise self.problem(keys, f"unknown setting {keys[-1]!r}", hint)

    def _uneditable(self) -> ConfigProblem:
        problem = f"the layout of {self.path.name} cannot be edited safely"
        hint = "write its tables as [profiles.NAME]"
        return ConfigProblem(problem, where=str(self.path), hint=hint)


def _parsed(data: bytes, path: Path) -> dict[str, Any]:
    """Return the tables in *data*.

    The errors have no cause, because a cause holds the whole text, which may be keys.
    """
    if not data:
        return {}
    import tomllib

    text = _decoded(data, path)
    if deep := _DEEP_NAME.search(text):
        number = text.count("\n", 0, deep.end()) + 1
        what = f"{path.name} has a name of more than {_MAX_PARTS} parts"
        raise ConfigProblem(what, where=f"{path}:{number}", hint=_FIX)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as exc:
        reason, _, place = str(exc).partition(" (at ")
    line = re.match(r"line (\d+)", place)
    at = line[1] if line else data.count(b"\n") + 1
    where = f"{path}:{at}" if place else str(path)
    raise ConfigProblem(
        f"{path.name} is not valid TOML: {reason}", where=where, hint=_FIX
    )


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        at = data.count(b"\n", 0, exc.start) + 1
    where = f"{path}:{at}"
    raise ConfigProblem(f"{path.name} is not UTF-8", where=where, hint=_FIX)


def _line_of(data: bytes, keys: Keys) -> int:
    """Return the first line, from 1, that has the value at *keys* or what holds it.

    The lines are read one by one: parsing the file up to each of them would be
    quadratic.
    """
    wanted, quotes = tuple(keys), ""
    table: tuple[str, ...] = ()
    for number, line in enumerate(data.decode("utf-8-sig").split("\n"), 1):
        if quotes:
            quotes = "" if quotes in line else quotes
            continue
        header, name = _HEADER.match(line), _NAME.match(line)
        if header:
            table = path = _key_parts(header[1])
        elif name:
            path = (*table, *_key_parts(name[0]))
        else:
            continue
        holds = not header and wanted[: len(path)] == path
        if path[: len(wanted)] == wanted or holds:
            return number
        quotes = next((mark for mark in _TEXT_MARKS if line.count(mark) % 2), "")
    return 1


def _key_parts(name: str) -> tuple[str, ...]:
    """Return the parts of the dotted *name* of a key or a table."""
    import tomllib

    parts: list[str] = []
    try:
        found: Any = tomllib.loads(f"{name} = 0")
    except ValueError:
        return ()
    while isinstance(found, dict):
        ((part, found),) = found.items()
        parts.append(part)
    return tuple(parts)


def _edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    import tomlkit

    document = tomlkit.parse(data.decode("utf-8-sig"))
    # [profiles] gets no header of its own, because it holds nothing but tables.
    new = partial(tomlkit.table, is_super_table=True)
    for keys, value in edits:
        is_entry = len(keys) > len(("profiles", "NAME", "TABLE"))
        _put(document, keys, _on_one_line(value) if is_entry else value, new)
    return tomlkit.dumps(document).encode()


def _on_one_line(value: object) -> object:
    """Return *value*; a table as one without a header of its own.

    The table that it is an entry of keeps its header, also when the entry is removed.
    """
    import tomlkit

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _put(tables: Any, keys: Keys, value: object, new: Callable[[], Any]) -> None:
    """Set *value* in plain or in TOML *tables*; *new* makes a table at their top."""
    table = tables
    for key in keys[:-1]:
        if key not in table and value is None:
            return
        if key not in table:
            table[key] = new() if table is tables else {}
        table = table[key]
    if value is None:
        table.pop(keys[-1], None)
    else:
        table[keys[-1]] = value


def _without_empty(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return *tables* without empty ones, which need no header in a file."""
    return {name: value for name, value in tables.items() if value != {}}


_FIX = "fix this line, or move the file away"
