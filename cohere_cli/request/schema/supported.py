"""Which JSON Schemas the API takes: https://docs.cohere.com/docs/structured-outputs.

Only what the documentation rules out is refused; the server decides the rest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import unquote

from cohere_cli.errors import InputProblem
from cohere_cli.request.schema.explain import describe_error, format_path
from cohere_cli.text import compiled_pattern

_COMBINING = ["allOf", "oneOf", "not"]
_RANGES = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
_COUNTS = ["minItems", "maxItems", "uniqueItems", "minLength", "maxLength"]
UNSUPPORTED = frozenset([*_COMBINING, *_RANGES, *_COUNTS])
# These change how references resolve, or run a pattern on property names.
UNRESOLVABLE = frozenset(["$dynamicRef", "$recursiveRef", "patternProperties"])
# Keywords with subschemas: in an object by name; in a list or alone.
NAMED = frozenset(["properties", "$defs", "definitions", "dependentSchemas"])
_CHOICES = ["anyOf", "if", "then", "else"]
_ITEMS = ["items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"]
_MORE = ["additionalProperties", "unevaluatedProperties", "propertyNames"]
INNER = frozenset([*_CHOICES, *_ITEMS, *_MORE])
_DRAFTS = ("https://json-schema.org/", "http://json-schema.org/")
_MAX_DEPTH = 64  # nested schemas: jsonschema recurses
_MAX_PARTS = 5000  # subschemas: jsonschema takes a second for 2,000
_ROOT = "the schema"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A subschema; `schema` is an object, true or false."""

    path: Path
    schema: Any

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901)."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.path)
        return "".join(f"/{step}" for step in steps)


class _Refused(Exception):
    def __init__(self, path: Path, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.what = f"{format_path(path, _ROOT)} {problem}"
        self.hint = hint


def check_schema(schema: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return *schema*, in JSON types, if the API supports it.

    Raises `InputProblem` with the path of the first keyword that the API does not
    support, or that is invalid in the draft of `$schema` (default: 2020-12).
    """
    try:
        parts = {part.pointer: part for part in _parts(schema)}
        _check_draft(schema)
        for part in parts.values():
            _check(part, parts)
        _check_circles(parts)
    except _Refused as exc:
        raise InputProblem(exc.what, where=where, hint=exc.hint) from exc
    return dict(schema)


def _parts(schema: Any) -> Iterator[_Part]:
    """Yield *schema* and all its subschemas, outer ones first."""
    level = [_Part((), schema)]
    count = 0
    for _ in range(_MAX_DEPTH):
        count += len(level)
        if count > _MAX_PARTS:
            problem = f"has more than {_MAX_PARTS:,} subschemas"
            raise _Refused((), problem, "ask for fewer fields")
        yield from level
        level = [inner for part in level for inner in _inside(part)]
    if level:
        raise _Refused(
            (), f"is nested more than {_MAX_DEPTH} levels deep", "flatten it"
        )


def _inside(part: _Part) -> Iterator[_Part]:
    if not isinstance(part.schema, Mapping):
        return
    for keyword, value in part.schema.items():
        path = (*part.path, keyword)
        if keyword in NAMED and isinstance(value, Mapping):
            yield from (_Part((*path, name), each) for name, each in value.items())
        elif keyword in INNER and isinstance(value, list):
            yield from (_Part((*path, at), each) for at, each in enumerate(value))
        elif keyword in INNER and isinstance(value, Mapping | bool):
            yield _Part(path, value)


def _check_draft(schema: Mapping[str, Any]) -> None:
    draft = _draft(schema)
    first = next(draft(draft.META_SCHEMA).iter_errors(schema), None)
    if first is not None:
        problem = describe_error(first, _ROOT)
        raise _Refused((), f"is not a valid JSON Schema: {problem}", "")


def _draft(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    named = schema.get("$schema")
    if named is None:
        return Draft202012Validator
    if isinstance(named, str) and named.startswith(_DRAFTS):
        found = validator_for(schema, default=cast("Any", None))
        if found is not None:
            return found
    hint = f"remove it, or use {Draft202012Validator.META_SCHEMA['$id']}"
    raise _Refused(("$schema",), "is not a known draft of JSON Schema", hint)


def _check(part: _Part, parts: Mapping[str, _Part]) -> None:
    schema = part.schema
    if not isinstance(schema, Mapping):
        return
    if not part.path and schema.get("type") != "object":
        raise _Refused((), "is not of type 'object'", "the API returns only objects")
    if _is_object(schema) and not _requires_some(schema):
        problem = "has no 'required' field, the API needs one in each object"
        raise _Refused(part.path, problem, 'add "required": [...] with a name')
    for keyword, value in schema.items():
        if problem := _keyword_problem(keyword, value, parts, is_root=not part.path):
            raise _Refused((*part.path, keyword), problem, "remove it")


def _is_object(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type", "object" if "properties" in schema else "")
    return "object" in kind


def _requires_some(schema: Mapping[str, Any]) -> bool:
    required = schema.get("required")
    return isinstance(required, list) and bool(required)


def _keyword_problem(
    keyword: str, value: Any, parts: Mapping[str, _Part], *, is_root: bool
) -> str:
    match keyword:
        case "format" if value not in FORMATS:
            return f"is {value!r}, the API takes {', '.join(FORMATS)}"
        case "pattern" if not is_regex(value):
            return "is not a regular expression"
        case "pattern" if mark := unsupported_syntax(value):
            return f"has {mark!r}, which the API does not support"
        case "const" if isinstance(value, list | Mapping):
            return "is not a scalar, and the API takes no other"
        case "$ref" if _target(value) not in parts:
            return "does not point into this schema, and nothing is fetched"
        case "$id" | "id" if not is_root:
            return "changes how references resolve, which is not supported"
        case _ if keyword in UNRESOLVABLE:
            return "is not supported here"
        case _ if keyword in UNSUPPORTED:
            return "is not supported by the API"
        case _:
            return ""


def _target(reference: str) -> str | None:
    """Return the JSON Pointer of *reference*, or None if it points elsewhere."""
    base, _, pointer = reference.partition("#")
    return None if base else unquote(pointer)


def _check_circles(parts: Mapping[str, _Part]) -> None:
    from graphlib import CycleError, TopologicalSorter

    graph = {pointer: list(_same_value_parts(part)) for pointer, part in parts.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        path = parts[exc.args[1][0]].path
        raise _Refused(path, "only refers to itself", "") from exc


def _same_value_parts(part: _Part) -> Iterator[str]:
    """Yield pointers to the schemas that apply to the same value as *part*."""
    if not isinstance(part.schema, Mapping):
        return
    if "$ref" in part.schema:
        yield str(_target(part.schema["$ref"]))
    for at, _ in enumerate(part.schema.get("anyOf", ())):
        yield f"{part.pointer}/anyOf/{at}"


# An escape, or a character class such as [^a-z].
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_UNSUPPORTED_PATTERNS = re.compile(r"[\^$]|\?[=!]")
_OPEN_ENDED = re.compile(r"[*+?]|\{\d*,\d*\}")
_MAX_OPEN_ENDS = 2
_MAX_LENGTH = 200  # characters: two open ends try at most 200 ** 3 / 6 times, 50 ms


def unsupported_syntax(pattern: str) -> str:
    """Return the first `^`, `$`, `?=` or `?!` in *pattern*, which the API rejects."""
    found = _UNSUPPORTED_PATTERNS.search(_ATOM.sub("x", pattern))
    return found[0] if found else ""


def is_regex(pattern: str) -> bool:
    """Whether *pattern* is a regular expression of Python's syntax."""
    try:
        compiled_pattern(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def certainly_mismatches(pattern: str, text: str) -> bool:
    """Whether *text* certainly has no match of *pattern*.

    Python's engine backtracks for years over patterns such as `(\\w+ ?)+;`. So a
    pattern with groups or more than two open ends, or a long text, is never a
    mismatch: the API generates only what matches.
    """
    return is_quick(pattern, text) and not compiled_pattern(pattern).search(text)


def is_quick(pattern: str, text: str) -> bool:
    """Whether Python's engine tells within 50 ms whether *text* has a match."""
    skeleton = _ATOM.sub("x", pattern)
    open_ends = len(_OPEN_ENDED.findall(skeleton))
    is_simple = "(" not in skeleton and open_ends <= _MAX_OPEN_ENDS
    return is_simple and len(text) <= _MAX_LENGTH


_DAY = r"\d{4}-\d\d-\d\d"
_TIME = (
    r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_UUID = r"[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}"

FORMATS: Mapping[str, re.Pattern[str]] = {
    "date": re.compile(_DAY, re.ASCII),
    "date-time": re.compile(f"{_DAY}[Tt ]{_TIME}", re.ASCII),
    "time": re.compile(_TIME, re.ASCII),
    "uuid": re.compile(_UUID, re.ASCII),
}


def matches_format(form: str, text: str) -> bool:
    """Whether *text* has the format *form*; an unknown format accepts any text."""
    pattern = FORMATS.get(form)
    if pattern is None:
        return True
    if not pattern.fullmatch(text):
        return False
    return not form.startswith("date") or _is_day(text[:10])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
