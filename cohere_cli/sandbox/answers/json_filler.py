"""A JSON value that conforms to a JSON Schema, filled with values from a prompt.

Supported: types, enum, const, required, nested objects and arrays, and the limits
of numbers, strings and arrays. Ignored: `pattern`, `not`, `if`, which the API does
not support either.
"""

import math
from collections.abc import Mapping
from typing import Any

from cohere_cli.sandbox.answers.prompt_values import Kind, PromptValues
from cohere_cli.sandbox.answers.text import split_identifier
from cohere_cli.sandbox.messages import invalid

Schema = Mapping[str, Any]
_UNIONS = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_MAX_HOPS = 8  # references and unions resolved for one value: more are a cycle


def resolve_schema(schema: Any, root: Schema) -> Schema:
    """Return *schema* without `$ref`, `allOf`, `anyOf`, `oneOf` at its top.

    A union becomes its first branch that is not null. `$ref` may point into
    *root* only; nothing is ever fetched.
    """
    for _ in range(_MAX_HOPS):
        if not isinstance(schema, Mapping):
            return {}
        if not (_UNIONS & schema.keys()):
            return schema
        schema = _resolve_step(schema, root)
    return {}


def schema_type(schema: Schema) -> str:
    """Return the type of a resolved schema, inferred if it is not given."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _resolve_step(schema: Schema, root: Schema) -> Any:
    beside = {key: each for key, each in schema.items() if key not in _UNIONS}
    if "$ref" in schema:
        found = _resolve_pointer(str(schema["$ref"]), root)
        return {**found, **beside} if isinstance(found, Mapping) else beside
    if "allOf" in schema:
        return _merge_branches(beside, _branches(schema["allOf"]), root)
    return {
        **beside,
        **_first_non_null(_branches(schema.get("anyOf", schema.get("oneOf")))),
    }


def _resolve_pointer(pointer: str, root: Schema) -> Any:
    """Follow a JSON Pointer (RFC 6901) in a URI fragment."""
    found: Any = root
    for step in pointer.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _branches(value: Any) -> list[Schema]:
    branches = value if isinstance(value, list) else []
    return [branch for branch in branches if isinstance(branch, Mapping)]


def _first_non_null(branches: list[Schema]) -> Schema:
    others = (branch for branch in branches if branch.get("type") != "null")
    return next(others, {"type": "null"})


def _merge_branches(schema: Schema, branches: list[Schema], root: Schema) -> Schema:
    merged = dict(schema)
    for branch in branches:
        for key, value in resolve_schema(branch, root).items():
            merged[key] = _merge_keyword(key, merged.get(key), value)
    return merged


def _merge_keyword(key: str, known: Any, value: Any) -> Any:
    """Merge the values that two branches of an `allOf` have for one keyword."""
    if isinstance(known, Mapping) and isinstance(value, Mapping):
        return {**known, **value}
    if key == "required" and isinstance(known, list) and isinstance(value, list):
        return [*known, *value]
    return value


_MAX_DEPTH = 24  # levels: a schema that requires itself has no finite instance
_MAX_VALUES = 10_000  # values, or characters of one: a schema can require 10^9
_FORMAT_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "date": ("date",),
    "date-time": ("date",),
    "email": ("email",),
    "uri": ("url",),
    "time": (),
    "uuid": (),
}
# A string without a format, by a word of its name.
_NAME_KINDS: Mapping[str, Kind] = {
    "date": "date",
    "day": "date",
    "email": "email",
    "link": "url",
    "url": "url",
}
_FORMAT_DEFAULTS = {
    "date": "1970-01-01",
    "date-time": "1970-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "someone@example.com",
    "uri": "https://example.com/",
}
_QUESTION_NAMES = "query question prompt message search text input"


def fill_schema(schema: Schema, prompt: str) -> Any:
    """Return a value that conforms to *schema*, with values mentioned in *prompt*.

    A value that the prompt does not mention is the schema's default, or the simplest
    value of the type; such an optional property is left out. Raises `ApiError` if
    the schema is invalid or requires too many values.
    """
    try:
        return _SchemaFiller(schema, PromptValues(prompt)).value(schema, "", 0)
    except (TypeError, ValueError, LookupError, ArithmeticError) as exc:
        # The schema was not validated: its keywords may hold anything.
        raise invalid("the JSON schema is not valid") from exc


class _SchemaFiller:
    def __init__(self, root: Schema, prompt: PromptValues) -> None:
        self._root = root
        self._prompt = prompt
        self._remaining = _MAX_VALUES

    def value(self, schema: Any, name: str, depth: int) -> Any:
        schema = resolve_schema(schema, self._root)
        self._remaining -= 1
        if self._remaining < 0 or schema.get("minLength", 0) > _MAX_VALUES:
            raise invalid("the JSON schema requires too many values")
        if depth > _MAX_DEPTH:
            return None
        if "const" in schema:
            return schema["const"]
        if choices := schema.get("enum"):
            return self._enum(choices, schema)
        match schema_type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number" as kind:
                return self._number(schema, name, whole=kind == "integer")
            case "boolean":
                return self._prompt.has_word_of(name) or schema.get("default") is True
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _enum(self, choices: Any, schema: Schema) -> Any:
        named = self._prompt.find_choice(choices)
        return schema.get("default", choices[0]) if named is None else named

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties = _mapping(schema.get("properties"))
        required = [str(name) for name in schema.get("required") or ()]
        wanted = [
            name
            for name in dict.fromkeys((*properties, *required))
            if name in required or self._is_mentioned(properties[name], name, depth)
        ]
        return {
            name: self.value(properties.get(name), name, depth + 1) for name in wanted
        }

    def _is_mentioned(self, schema: Any, name: str, depth: int) -> bool:
        """Whether the prompt mentions a value for an optional property."""
        if depth >= _MAX_DEPTH // 2:
            return False
        schema = resolve_schema(schema, self._root)
        if choices := schema.get("enum"):
            return self._prompt.find_choice(choices) is not None
        return self._prompt.has_word_of(split_identifier(name))

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        items = schema.get("items", {})
        named = self._mentioned_items(resolve_schema(items, self._root), name)
        found = named[: int(min(most, len(named)))]
        # At least one item, as an example, unless none is allowed.
        while len(found) < min(max(fewest, 1), most) and depth < _MAX_DEPTH:
            found.append(self.value(items, name, depth + 1))
        return _make_unique(found) if schema.get("uniqueItems") else found

    def _mentioned_items(self, items: Schema, name: str) -> list[Any]:
        if choices := items.get("enum"):
            return [
                each for each in choices if self._prompt.find_choice([each]) is not None
            ]
        found: list[Any] = []
        kinds: tuple[Kind, ...] = ("quoted", "name")
        if items.get("type") == "string" and not {"format", "const"} & items.keys():
            while taken := self._prompt.take(kinds, name):
                found.append(_fit_length(items, taken))
        return found

    def _number(self, schema: Schema, name: str, *, whole: bool) -> float:
        kinds: tuple[Kind, ...] = ("whole",) if whole else ("whole", "number")
        taken = self._prompt.take(kinds, split_identifier(name))
        if taken is None:
            number = schema.get("default", 0)
        else:
            number = float(taken) if "." in taken else int(taken)
        return _fit_range(schema, number, whole=whole)

    def _string(self, schema: Schema, name: str) -> str:
        subject = split_identifier(name)
        form = _format(schema, f"{subject} {schema.get('description', '')}")
        taken = None if form else self._prompt.take_labelled(subject)
        if taken is None:
            taken = self._prompt.take(_kinds(form, subject), subject)
        if taken is None:
            taken = self._default_string(schema, name, form)
        if form == "date-time" and "T" not in taken:
            taken += "T00:00:00Z"
        return _fit_length(schema, taken)

    def _default_string(self, schema: Schema, name: str, form: str) -> str:
        if "default" in schema:
            return str(schema["default"])
        if form:
            return _FORMAT_DEFAULTS.get(form, "")
        if set(split_identifier(name).lower().split()) & set(_QUESTION_NAMES.split()):
            return self._prompt.prompt
        return self._prompt.last_phrase() or self._prompt.prompt


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _format(schema: Schema, purpose: str) -> str:
    form = schema.get("format")
    if isinstance(form, str):
        return form
    if "yyyy-mm-dd" in purpose.lower():
        return "date"
    return ""


def _kinds(form: str, subject: str) -> tuple[Kind, ...]:
    """Return the kinds of values for a string, the best first."""
    if form in _FORMAT_KINDS:
        return _FORMAT_KINDS[form]
    words = subject.lower().split()
    named = (kind for word, kind in _NAME_KINDS.items() if word in words)
    return (*named, "quoted", "name")


def _fit_length(schema: Schema, text: str) -> str:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    return text.ljust(shortest, "x")[:longest]


def _fit_range(schema: Schema, number: float, *, whole: bool) -> float:
    """Return *number*, or a number near the bounds if *schema* does not allow it."""
    low = schema.get("minimum", schema.get("exclusiveMinimum", number))
    high = schema.get("maximum", schema.get("exclusiveMaximum", number))
    near = (number, low, high, low + 1, high - 1, (low + high) / 2)
    step = schema.get("multipleOf") or (1 if whole else 0)
    tried = [each for one in near for each in _multiples_near(one, step)]
    return next((each for each in tried if _is_allowed(schema, each)), number)


def _multiples_near(number: float, step: float) -> list[float]:
    if not step:
        return [number]
    return [math.floor(number / step) * step, math.ceil(number / step) * step]


def _is_allowed(schema: Schema, number: float) -> bool:
    low, high = schema.get("minimum", number), schema.get("maximum", number)
    above = schema.get("exclusiveMinimum", -math.inf)
    below = schema.get("exclusiveMaximum", math.inf)
    return bool(low <= number <= high and above < number < below)


def _make_unique(found: list[Any]) -> list[Any]:
    """Make equal items distinct: increase numbers, append a number to strings."""
    distinct: list[Any] = []
    for at, item in enumerate(found):
        each = item
        if each in distinct:
            each = item + at if isinstance(item, int | float) else f"{item} {at + 1}"
        distinct.append(each)
    return distinct
