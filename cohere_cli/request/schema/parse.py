"""A JSON Schema from a few words: `name, age int, tags [str]`.

    fields  = field, then commas or new lines between one and the next
    field   = name ["?"] [type] [":" description]
    type    = str | string | int | integer | float | number | bool | boolean
            | date | datetime | time | uuid
            | "[" type "]"                  an array
            | "{" fields "}"                an object
            | choice "|" choice ...         one of some strings

A field without a type is a string. All fields are required but those with "?";
one in each object must be, because the API wants that. A description ends at the
comma or the brace; where an object's fields stand on lines of their own, it runs
to the end of its line.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.api.protocol.requests import to_json
from cohere_cli.errors import UsageProblem
from cohere_cli.request.schema.explain import json_error_reason
from cohere_cli.request.schema.supported import check_schema
from cohere_cli.strict_json import loads

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
_GRAMMAR = "fields are written like: name, age int, tags [str], size s|m|l, note? str"
_DEEPEST = 32  # levels: far more than a person nests, far less than the stack holds

_NAME = re.compile(r"[^\W\d][\w-]*")
_CHOICE = re.compile(r"[^\s,:|?{}\[\]\"]+")
_BLANKS = re.compile(r"[^\S\n]*")
_BREAKS = re.compile(r"[\s,]*")
_BAR = re.compile(r"[^\S\n]*\|[^\S\n]*")
_LINE_ENDS = re.compile(r"[^\S\n]*(\n|$)")
_MARKS = re.compile(r"[{}\n]")
_LOOKS_LIKE_A_TYPE = re.compile(r"[\[{].*|[^\s|]+(\|[^\s|]+)+")


def schema_from_shorthand(text: str, where: str) -> Schema:
    """Return the schema that *text* is short for.

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
            says = "all fields are optional" if properties else "there are no fields"
            hint = "the API wants one required field, without ?, in each object"
            raise self._problem(says, at=start, hint=hint)
        return {"type": "object", "properties": properties, "required": required}

    def _value(self, end: str, *, spread: bool) -> Schema:
        self._take(_BLANKS)
        schema = _TYPES["str"] if self._ends(f",\n:{end}") else self._type()
        schema = schema | self._description(end, spread=spread)
        if not self._ends(f",\n{end}"):
            raise self._problem("there is no comma before the next field")
        return schema

    def _name(self, taken: dict[str, Schema]) -> str:
        start = self._at
        name = self._take(_NAME)
        if not name:
            raise self._problem("a field's name should be here")
        if name in taken:
            raise self._problem(f"there are two fields {name!r}", at=start)
        return name

    def _type(self) -> Schema:
        if self._depth == _DEEPEST:
            raise self._problem(f"more than {_DEEPEST} levels are nested")
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
            raise self._problem("a type or a choice should be here")
        return word

    def _checked(self, choices: list[str], start: int) -> list[str]:
        if len(set(choices)) < len(choices):
            raise self._problem("a choice is there twice", at=start)
        # `int|null` must not silently become the texts "int" and "null".
        for word in choices:
            if word in _TYPES or word == "null":
                says = f"{word!r} is no text to choose, it is a type"
                hint = "an optional field is name?; other unions need a JSON Schema"
                raise self._problem(says, at=start, hint=hint)
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
        # `age: int` is how others write a type: it must not silently become text.
        if text in _TYPES or _LOOKS_LIKE_A_TYPE.fullmatch(text):
            hint = "a type stands before the colon, a description after it: age int"
            says = f"{text!r} would be a description, not a type"
            raise self._problem(says, at=start, hint=hint)

    def _ends(self, stops: str) -> bool:
        """Whether here is one of *stops*, or the end of the text."""
        return self._at == len(self._text) or self._text[self._at] in stops

    def _close(self, bracket: str) -> None:
        self._take(_BLANKS)
        if not self._accept(bracket):
            raise self._problem(f"{bracket!r} should be here")

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
        from difflib import get_close_matches

        near = get_close_matches(word, _TYPES, 1)
        hint = (
            f"did you mean {near[0]!r}?" if near else f"types are {', '.join(_TYPES)}"
        )
        return self._problem(f"unknown type {word!r}", at=start, hint=hint)

    def _problem(
        self, says: str, *, at: int | None = None, hint: str = _GRAMMAR
    ) -> UsageProblem:
        before = self._text[: self._at if at is None else at]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return UsageProblem(says, where=f"{self._where}:{line}:{column}", hint=hint)


def _has_lines(text: str) -> bool:
    """Whether *text* has a new line that stands outside of all braces."""
    depth = 0
    for mark in _MARKS.findall(text):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if mark == "\n" and depth <= 0:
            return True
    return False


def schema_from_text(text: str, where: str = "--schema") -> dict[str, Any]:
    """Return the schema in *text*: a JSON object, or the fields in shorthand.

    Either is then one that the API takes. Raises `UsageProblem` with *where*, line
    and column; `InputProblem` for a JSON Schema that `check_schema` refuses.
    """
    if text.lstrip().startswith("{"):
        return check_schema(schema_from_json(text, where), where)
    return schema_from_shorthand(text, where)


def mentions_json(messages: Iterable[Any]) -> bool:
    """Whether a system or user text says "JSON", in any case.

    *messages* are a body's, as classes or as JSON types. Unless the prompt asks
    for JSON, the model may write white space without end:
    https://docs.cohere.com/docs/structured-outputs.
    """
    return any("json" in text.lower() for each in messages for text in _texts(each))


def schema_from_json(text: str, where: str) -> dict[str, Any]:
    """Return the JSON object in *text*, unchecked; see `schema_from_text`."""
    hint = "quote the JSON for the shell, or give the path of a file"
    try:
        schema: dict[str, Any] = loads(text)
    except ValueError as exc:
        if isinstance(exc, json.JSONDecodeError):
            where = f"{where}:{exc.lineno}:{exc.colno}"
        says = f"the schema is not JSON: {json_error_reason(exc)}"
        raise UsageProblem(says, where=where, hint=hint) from exc
    return schema


def _texts(message: Any) -> Iterable[str]:
    told = to_json(message)
    if not isinstance(told, Mapping) or told.get("role") not in ("system", "user"):
        return
    content = told.get("content")
    for block in content if isinstance(content, list) else [content]:
        text = block.get("text") if isinstance(block, Mapping) else block
        if isinstance(text, str):
            yield text
