"""Writes the declaration of a tool into a file of YAML, whose other lines stay."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.documents.formats.yaml import parse_one
from cohere_cli.documents.reader import read_text
from cohere_cli.documents.source import Text
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.render.preview import format_yaml
from cohere_cli.system import file_locks, private_files
from cohere_cli.text import STDIN, os_reason, valid_unicode
from cohere_cli.tools.command import slot_of

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_INSIDE = re.compile(r"[^{]\{[A-Za-z_]\w*\}|\{[A-Za-z_]\w*\}[^}]")
_BY_HAND = "add it by hand; `co tools add NAME -t NEW.yaml` writes an example"


def tool_entry(
    name: str,
    command: Sequence[str],
    *,
    description: str | None,
    result: str | None,
) -> dict[str, Any]:
    """Return the declaration of a tool, whose parameters are the slots of *command*.

    Raises `UsageProblem` for a name that the API does not take.
    """
    if not _NAME.fullmatch(name):
        hint = "letters, digits and underscores; the first is a letter"
        raise UsageProblem(f"{name!r} cannot be the name of a tool", hint=hint)
    if slot_of(command[0]):
        raise UsageProblem("a command begins with the name of a program")
    for word in (*command, description or ""):
        if valid_unicode(word) != word:
            raise UsageProblem(f"{word!r} is not UTF-8, which a file of tools is")
    for word in command:
        if _INSIDE.search(word):
            hint = "write the parameter as a word of its own"
            raise UsageProblem(f"{word!r} has a parameter inside of a word", hint=hint)
    slots = [*dict.fromkeys(filter(None, map(slot_of, command)))]
    properties = {slot: {"type": "string"} for slot in slots}
    required = {"required": slots} if slots else {}
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description or f"Runs {Path(command[0]).name}.",
            "parameters": {"type": "object", "properties": properties, **required},
        },
        "run": [*command],
        **({"result": result} if result else {}),
    }


def add_entry(file: str, entry: Mapping[str, Any], *, replace: bool) -> None:
    """Write *entry* into *file*, which is made if it does not exist.

    Raises `UsageProblem` if it has a tool of that name, unless it is to *replace* it,
    and `InputProblem` for a file in which an entry cannot be placed.
    """
    if file == STDIN:
        raise UsageProblem("-t names the file to write to, which cannot be -")
    path = Path(os.path.realpath(file))
    with _locked(path.parent, file):
        text = read_text(file, BytesIO()) if path.exists() else ""
        _write(path, with_entry(text, entry, file, replace=replace), file)


def with_entry(
    text: str, entry: Mapping[str, Any], file: str, *, replace: bool = False
) -> str:
    """Return the YAML *text* of *file* with *entry*, or with one line range replaced.

    What is written is read again: nothing else has changed.
    """
    before = parse_one(Text(text, file))
    if before is None:
        begun = text if not text or text.endswith("\n") else f"{text}\n"
        return f"{begun}{format_yaml([entry])}"
    place = _place(text, before, file)
    at = _index(place.items, entry["function"]["name"])
    if at is not None and not replace:
        what = f"{file} has a tool {entry['function']['name']!r} already"
        raise UsageProblem(what, hint="--force replaces it")
    end = len(place.items)
    first, last = (end, end) if at is None else (at, at + 1)
    wanted = [*place.items[:first], dict(entry), *place.items[last:]]
    changed = _spliced(text, place, at, entry)
    after = _parsed(changed, file)
    if _tools_of(after) != wanted or _rest(after) != _rest(before):
        raise InputProblem("an entry cannot be placed here", where=file, hint=_BY_HAND)
    return changed


class _Place(NamedTuple):
    """The list of tools in a text: its node, its values, and where its dashes are."""

    node: Any
    items: list[Any]
    column: int


def _place(text: str, value: Any, file: str) -> _Place:
    import yaml

    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    items = _tools_of(value)
    if isinstance(node, yaml.MappingNode):
        named = {key.value: one for key, one in node.value}
        node = named.get("tools")
    if items is None or not isinstance(node, yaml.SequenceNode) or node.flow_style:
        what = "has no list of tools with a tool on lines of its own"
        raise InputProblem(what, where=file, hint=_BY_HAND)
    return _Place(node, items, node.start_mark.column)


def _tools_of(value: Any) -> Any:
    tools = value.get("tools") if isinstance(value, Mapping) else value
    return tools if isinstance(tools, list) else None


def _rest(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return None
    return {name: one for name, one in value.items() if name != "tools"}


def _parsed(text: str, file: str) -> Any:
    with suppress(InputProblem):
        return parse_one(Text(text, file))
    return None


def _index(items: Sequence[Any], name: str) -> int | None:
    for at, item in enumerate(items):
        own = item.get("function", item) if isinstance(item, Mapping) else {}
        if isinstance(own, Mapping) and own.get("name") == name:
            return at
    return None


def _spliced(text: str, place: _Place, at: int | None, entry: Mapping[str, Any]) -> str:
    """Return *text* with *entry* for the lines of item *at*, or after the last one."""
    indent = " " * place.column
    new = [f"{indent}{line}" for line in format_yaml([entry]).splitlines()]
    lines = text.split("\n")
    if at is None:
        start = end = _last_line(place.node) + 1
        # Where tools are set apart by blank lines, this one is, too.
        first = place.node.value[-1].start_mark.line if place.items else 0
        if first and not lines[first - 1].strip():
            new.insert(0, "")
    else:
        item = place.node.value[at]
        start, end = item.start_mark.line, _last_line(item) + 1
    return "\n".join([*lines[:start], *new, *(lines[end:] or [""])])


def _last_line(node: Any) -> int:
    """Return the last line of a node: of a block, that of the last value in it."""
    inner = node.value if isinstance(node.value, list) and not node.flow_style else []
    if inner:
        below = inner[-1]
        return _last_line(below[1] if isinstance(below, tuple) else below)
    mark = node.end_mark
    # A block of text ends where the next token begins.
    is_next = mark.column == 0 and mark.line > node.start_mark.line
    last: int = mark.line - is_next
    return last


@contextmanager
def _locked(folder: Path, file: str) -> Iterator[None]:
    """Lock *folder* against another `co` that writes there."""
    try:
        with file_locks.locked_folder(folder):
            yield
    except OSError as exc:
        raise _unwritable(file, exc) from exc


def _write(path: Path, text: str, file: str) -> None:
    """Replace the file at *path* as a whole; its mode stays."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as stream:
            if path.exists():
                private_files.copy_mode(path, stream.fileno())
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        private_files.replace(new, path)
    except OSError as exc:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise _unwritable(file, exc) from exc


def _unwritable(file: str, exc: OSError) -> InputProblem:
    return InputProblem(f"cannot be written: {os_reason(exc)}", where=file)
