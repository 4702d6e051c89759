"""A JSON Schema as one plain kind of value: references and unions resolved."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_UNIONS = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_HOPS = 8  # references and unions on the way to one value: more go in a circle


def plain(schema: Any, root: Schema) -> Schema:
    """Return *schema* without `$ref`, `allOf`, `anyOf`, `oneOf` at its top.

    A union becomes its first branch that is not null. `$ref` may point into
    *root* only; nothing is ever fetched.
    """
    for _ in range(_HOPS):
        if not isinstance(schema, Mapping):
            return {}
        if not (_UNIONS & schema.keys()):
            return schema
        schema = _simpler(schema, root)
    return {}


def kind_of(schema: Schema) -> str:
    """Return the type of a plain schema, guessed where it does not say."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _simpler(schema: Schema, root: Schema) -> Any:
    beside = {key: each for key, each in schema.items() if key not in _UNIONS}
    if "$ref" in schema:
        found = _pointed_at(str(schema["$ref"]), root)
        return {**found, **beside} if isinstance(found, Mapping) else beside
    if "allOf" in schema:
        return _merged(beside, _branches(schema["allOf"]), root)
    return {**beside, **_first(_branches(schema.get("anyOf", schema.get("oneOf"))))}


def _pointed_at(pointer: str, root: Schema) -> Any:
    """Follow a JSON Pointer (RFC 6901) in a URI fragment."""
    found: Any = root
    for step in pointer.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _branches(value: Any) -> list[Schema]:
    branches = value if isinstance(value, list) else []
    return [branch for branch in branches if isinstance(branch, Mapping)]


def _first(branches: list[Schema]) -> Schema:
    some = (branch for branch in branches if branch.get("type") != "null")
    return next(some, {"type": "null"})


def _merged(schema: Schema, branches: list[Schema], root: Schema) -> Schema:
    merged = dict(schema)
    for branch in branches:
        for key, value in plain(branch, root).items():
            merged[key] = _joined(key, merged.get(key), value)
    return merged


def _joined(key: str, known: Any, value: Any) -> Any:
    """Put together what two branches of an `allOf` say of one keyword."""
    if isinstance(known, Mapping) and isinstance(value, Mapping):
        return {**known, **value}
    if key == "required" and isinstance(known, list) and isinstance(value, list):
        return [*known, *value]
    return value
