"""Texts with slots, such as `{field}`, and what a record has for them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.documents.record_text import document_text, location
from cohere_cli.errors import CoError, InputProblem, UsageProblem
from cohere_cli.strict_json import dumps
from cohere_cli.text import did_you_mean, shown_source


class Slot(NamedTuple):
    """A place in a text for a value of the record: a field, `a.b`, or a built-in."""

    name: str


Segments = tuple[str | Slot, ...]
"""A text in parts; braces that are written twice are single in it."""

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}\"\n]*)\}|[{}]")
_MOST_DIGITS = 18  # of a number in a list; Python refuses to read thousands
_SHOWN = 12  # characters after a brace that is no slot
_MOST_SHOWN = 8  # fields of a record in a hint


def parse_template(text: str, name: str, where: str = "") -> Segments:
    """Return the parts of *text*, which messages call *name*.

    Raises `UsageProblem`, or `InputProblem` if it is in the file *where*, for a brace
    that begins or ends no slot.
    """
    segments: list[str | Slot] = []
    end = 0
    for found in _BRACES.finditer(text):
        segments.append(text[end : found.start()])
        end = found.end()
        slot = found[1]
        if slot is not None and slot == slot.strip() != "":
            segments.append(Slot(slot))
        elif found[0] in ("{{", "}}"):
            segments.append(found[0][0])
        else:
            raise _stray_brace(text, found.start(), name, where)
    segments.append(text[end:])
    return tuple(segments)


def _stray_brace(text: str, at: int, name: str, where: str) -> CoError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    shown = " ".join(text[at : at + _SHOWN].split())
    place = f"line {line}, column {column}" if "\n" in text else f"column {column}"
    what = f"{name} has a brace outside a slot at {place}: {shown!r}"
    hint = "write {{ or }} for a brace; a slot is {field}"
    if where:
        return InputProblem(what, where=where, hint=hint)
    return UsageProblem(what, hint=hint)


class MissingField(InputProblem):
    """A record without the field that a slot names."""


def slot_text(
    name: str, record: Document, number: int, fields: Sequence[str] = ()
) -> str:
    """Return what *record*, number *number* from 1, has for the slot *name*.

    A field comes before a built-in of its name. A value that is no string is JSON.
    *fields* are those that `{record}` has; without any, all. Raises `MissingField`,
    and `InputProblem` for a record without any of *fields*.
    """
    if not isinstance(record.data, str):
        value = _value(record.data, name)
        if type(value) is str:
            return value
        if value is not _MISSING:
            return dumps(value)
    built_in = _BUILT_INS.get(name)
    text = built_in(record, number, fields) if built_in else None
    if text is None:
        raise _missing(name, record)
    return text


def lacking_slots(names: Sequence[str], record: Document) -> set[str]:
    """Return which of the slots *names* the record has nothing for."""
    if isinstance(record.data, str):
        return {name for name in names if name not in _BUILT_INS}
    data = record.data
    return {
        name
        for name in names
        if _value(data, name) is _MISSING and (name not in _BUILT_INS or name == _TEXT)
    }


def missing_everywhere(names: Sequence[str], records: Sequence[Document]) -> CoError:
    """Return the error for slots that none of *records* has a field for."""
    problem = _missing(names[0], records[0])
    count = len(records)
    if count > 1:
        whose = f"none of the first {count:,} records has"
        return InputProblem(f"{whose} a field {names[0]!r}", hint=problem.hint)
    return InputProblem(problem.what, where=problem.where, hint=problem.hint)


_MISSING = object()


def _value(data: Mapping[str, Any], name: str) -> Any:
    """Return the field *name* of *data*, or what its parts between dots lead to.

    A table with `a, b` has a field that begins with a space, which no slot can: it is
    found without.
    """
    if name in data:
        return data[name]
    value = _value_at(data, name) if "." in name else _MISSING
    if value is _MISSING:
        spaced = (one for one in data.items() if str(one[0]).strip() == name)
        value = next(spaced, (name, _MISSING))[1]
    return value


def _value_at(data: Mapping[str, Any], name: str) -> Any:
    value: Any = data
    for part in name.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and _has_item(value, part):
            value = value[int(part)]
        else:
            return _MISSING
    return value


def _has_item(values: Sequence[Any], number: str) -> bool:
    if len(number) > _MOST_DIGITS or not number.isdecimal():
        return False
    return int(number) < len(values)


def _missing(name: str, record: Document) -> MissingField:
    where = location(record)
    if isinstance(record.data, str):
        what = f"is text, without a field {name!r}"
        hint = "{text} is the text; --input csv, tsv or jsonl reads fields"
        return MissingField(what, where=where, hint=hint)
    names = [*map(str, record.data)]
    known = f"its fields: {', '.join(names[:_MOST_SHOWN])}"
    known += ", …" if len(names) > _MOST_SHOWN else ""
    hint = did_you_mean(name, names, known)
    return MissingField(f"has no field {name!r}", where=where, hint=hint)


def _record(record: Document, _: int, fields: Sequence[str]) -> str:
    return document_text(record, fields).rstrip("\n")


def _text(record: Document, *_: object) -> str | None:
    return record.data if isinstance(record.data, str) else None


_TEXT = "text"
_BUILT_INS: Mapping[str, Callable[[Document, int, Sequence[str]], str | None]] = {
    "record": _record,
    _TEXT: _text,
    "path": lambda record, *_: shown_source(record.source),
    "line": lambda record, *_: str(record.line),
    "n": lambda _, number, __: str(number),
}
