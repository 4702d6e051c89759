"""Parses the shorthand for JSON Schemas: `name, age int, tags [str]`.

    fields  = field, then commas or new lines between one and the next
    field   = name ["?"] [type] [":" description]
    type    = str | string | int | integer | float | number | bool | boolean
            | date | datetime | time | uuid
            | "[" type "]"                  an array
            | "{" fields "}"                an object
            | choice "|" choice ...         one of some strings

A field without a type is a string. Fields with "?" are optional; each object needs
a required field, because the API does. A description ends at a comma or a brace; if
each field of the object is on its own line, it ends at the end of the line.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cohere_cli.api.protocol.requests import to_json
from cohere_cli.errors import UsageProblem
from cohere_cli.request.schema.explain import json_error_reason
from cohere_cli.request.schema.supported import check_schema
from cohere_cli.strict_json import loads
from cohere_cli.text import did_you_mean

Schema = dict[str, Any]

_TYPES: dict[str, Schema] = {
    "str": {"type": "string"},
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "uuid": {"type": "string", "format": "uuid"},
}
_LIST, _OBJECT = "write a list as [str]", "write an object as {a, b int}"
_LITERALS = {
    **dict.fromkeys(("list", "array", "tuple", "set"), _LIST),
    **dict.fromkeys(("dict", "map", "object"), _OBJECT),
}
_GRAMMAR = "write fields like: name, age int, tags [str], size s|m|l, note? str"
_MAX_DEPTH = 32  # levels: more than anyone writes, fewer than the stack allows

_NAME = re.compile(r"[^\W\d][\w-]*")
_CHOICE = re.compile(r"[^\s,:|?{}\[\]\"]+")
_BLANKS = re.compile(r"[^\S\n]*")
_BREAKS = re.compile(r"[\s,]*")
_BAR = re.compile(r"[^\S\n]*\|[^\S\n]*")
_LINE_ENDS = re.compile(r"[^\S\n]*(\n|$)")
_MARKS = re.compile(r"[{}\n]")
_COLON_LIST = re.compile(
    r"(?:^|,)\s*([^\W\d][\w-]*)\??\s*:\s*([\w-]+)"
    r"((?:\s*,\s*[^\W\d][\w-]*(?=\s*(?:,|$)))+)"
)
_LOOKS_LIKE_A_TYPE = re.compile(r"[\[{].*|[^\s|]+(\|[^\s|]+)+")


def schema_from_shorthand(text: str, where: str) -> Schema:
    """Return the schema for *text*, in shorthand.

    Raises `UsageProblem` with *where*, the line and the column, counted from 1.
    """
    return _Reader(text, where).whole()


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._depth = 0

    def whole(self) -> Schema:
        return self._fields("", spread=_has_lines(self._text.strip()))

    def _fields(self, end: str, *, spread: bool) -> Schema:
        start = self._at
        properties: dict[str, Schema] = {}
        required = []
        self._take(_BREAKS)
        while not self._ends(end):
            name = self._name(properties)
            if not self._accept("?"):
                required.append(name)
            properties[name] = self._value(end, spread=spread)
            self._take(_BREAKS)
        if not required:
            problem = "all fields are optional" if properties else "there are no fields"
            hint = "the API needs a required field (without ?) in each object"
            raise self._error(problem, at=start, hint=hint)
        return {"type": "object", "properties": properties, "required": required}

    def _value(self, end: str, *, spread: bool) -> Schema:
        self._take(_BLANKS)
        schema = _TYPES["str"] if self._ends(f",\n:{end}") else self._type()
        schema = schema | self._description(end, spread=spread)
        if not self._ends(f",\n{end}"):
            raise self._error("expected a comma before the next field")
        return schema

    def _name(self, taken: dict[str, Schema]) -> str:
        start = self._at
        name = self._take(_NAME)
        if not name:
            raise self._error("expected a field name")
        if name in taken:
            raise self._error(f"duplicate field {name!r}", at=start)
        return name

    def _type(self) -> Schema:
        if self._depth == _MAX_DEPTH:
            raise self._error(f"more than {_MAX_DEPTH} levels of nesting")
        self._depth += 1
        if self._accept("["):
            schema = {"type": "array", "items": self._type()}
            self._close("]")
        elif self._accept("{"):
            spread = bool(_LINE_ENDS.match(self._text, self._at))
            schema = self._fields("}", spread=spread)
            self._close("}")
        else:
            schema = self._word()
        self._depth -= 1
        return schema

    def _word(self) -> Schema:
        start = self._at
        choices = [self._choice()]
        while self._take(_BAR):
            choices.append(self._choice())
        if len(choices) > 1:
            return {"type": "string", "enum": self._checked(choices, start)}
        if choices[0] not in _TYPES:
            raise self._unknown(choices[0], start)
        return _TYPES[choices[0]]

    def _choice(self) -> str:
        word = self._take(_CHOICE)
        if not word:
            raise self._error("expected a type or a choice")
        return word

    def _checked(self, choices: list[str], start: int) -> list[str]:
        if len(set(choices)) < len(choices):
            raise self._error("duplicate choice", at=start)
        # `int|null` must not silently become the strings "int" and "null".
        for word in choices:
            if word in _TYPES or word == "null":
                problem = f"{word!r} is a type, not a choice"
                hint = "an optional field is name?; other unions need a JSON Schema"
                raise self._error(problem, at=start, hint=hint)
        return choices

    def _description(self, end: str, *, spread: bool) -> Schema:
        self._take(_BLANKS)
        if not self._accept(":"):
            return {}
        start = self._at
        stop = "\n" if spread else f"\n,{end}"
        while not self._ends(stop):
            self._at += 1
        text = self._text[start : self._at].strip().removesuffix(",").rstrip()
        self._check_description(text, start)
        return {"description": text} if text else {}

    def _check_description(self, text: str, start: int) -> None:
        # `age: int` is a type in other notations: it must not become a description.
        if text in _TYPES or _LOOKS_LIKE_A_TYPE.fullmatch(text):
            hint = "write the type before the colon: age int"
            problem = f"{text!r} after a colon is a description, not a type"
            raise self._error(problem, at=start, hint=hint)

    def _ends(self, stops: str) -> bool:
        """Whether the next character is one of *stops*, or the end of the text."""
        return self._at == len(self._text) or self._text[self._at] in stops

    def _close(self, bracket: str) -> None:
        self._take(_BLANKS)
        if not self._accept(bracket):
            raise self._error(f"expected {bracket!r}")

    def _accept(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        if found:
            self._at += 1
            self._take(_BLANKS)
        return found

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found[0]

    def _unknown(self, word: str, start: int) -> UsageProblem:
        known = f"types: {', '.join(_TYPES)}, [str] is a list, {{a, b int}} an object"
        hint = did_you_mean(word, _TYPES, _LITERALS.get(word.lower(), known))
        return self._error(f"unknown type {word!r}", at=start, hint=hint)

    def _error(
        self, problem: str, *, at: int | None = None, hint: str = _GRAMMAR
    ) -> UsageProblem:
        before = self._text[: self._at if at is None else at]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return UsageProblem(problem, where=f"{self._where}:{line}:{column}", hint=hint)


def _has_lines(text: str) -> bool:
    """Whether *text* has a line break outside all braces."""
    depth = 0
    for mark in _MARKS.findall(text):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if mark == "\n" and depth <= 0:
            return True
    return False


def schema_from_text(text: str, where: str = "--schema") -> dict[str, Any]:
    """Return the schema in *text*: a JSON object, or fields in shorthand.

    Raises `UsageProblem` with *where*, line and column; `InputProblem` for a JSON
    Schema that `check_schema` refuses.
    """
    if text.lstrip().startswith("{"):
        return check_schema(schema_from_json(text, where), where)
    return schema_from_shorthand(text, where)


class ColonList(NamedTuple):
    """The part of a shorthand that lists words after a colon, and it as choices."""

    text: str
    choices: str


def colon_list(text: str) -> ColonList | None:
    """Return the first part of the shorthand *text* such as `size: small, large`.

    It is valid: `small` describes the field, and `large` is another one. None if there
    is no such part, for JSON, and for fields on lines of their own.
    """
    found = None if "\n" in text else _COLON_LIST.search(text)
    if found is None or text.lstrip().startswith("{"):
        return None
    name, first, others = found.groups()
    words = [first, *re.split(r"\s*,\s*", others.strip(", "))]
    return ColonList(found[0].strip(", "), f"{name} {'|'.join(words)}")


def mentions_json(messages: Iterable[Any]) -> bool:
    """Whether a system or user message contains "JSON", in any case.

    *messages* are a body's, as classes or JSON types. Without such a request the
    model may write endless white space:
    https://docs.cohere.com/docs/structured-outputs.
    """
    return any("json" in text.lower() for each in messages for text in _texts(each))


def schema_from_json(text: str, where: str) -> dict[str, Any]:
    """Return the JSON object in *text*, without checking that the API supports it."""
    hint = "quote the JSON for the shell, or give the path of a file"
    try:
        schema: dict[str, Any] = loads(text)
    except ValueError as exc:
        if isinstance(exc, json.JSONDecodeError):
            where = f"{where}:{exc.lineno}:{exc.colno}"
        problem = f"the schema is not JSON: {json_error_reason(exc)}"
        raise UsageProblem(problem, where=where, hint=hint) from exc
    return schema


def _texts(message: Any) -> Iterable[str]:
    fields = to_json(message)
    if not isinstance(fields, Mapping) or fields.get("role") not in ("system", "user"):
        return
    content = fields.get("content")
    for block in content if isinstance(content, list) else [content]:
        text = block.get("text") if isinstance(block, Mapping) else block
        if isinstance(text, str):
            yield text
