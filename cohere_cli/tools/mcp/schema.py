"""The JSON Schemas of a server's tools, in the subset that the API takes."""

from collections.abc import Iterator, Mapping
from typing import Any

from cohere_cli.request.schema.supported import (
    FORMATS,
    INNER,
    NAMED,
    UNRESOLVABLE,
    UNSUPPORTED,
    is_regex,
    unsupported_syntax,
)

_MAX_DEPTH = 32
_MAX_PARTS = 2000  # subschemas
# Notes for people, and names for other schemas to refer to.
_DROPPED = frozenset(["$schema", "$id", "id", "$comment", "$anchor", "$vocabulary"])

Json = dict[str, Any]


class _TooLarge(Exception):
    """A schema is nested too deeply, or has too many parts."""


def without_limits(schema: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """Return *schema* for the API, and which of its keywords had to be left out.

    The result is an object's. A server checks arguments itself, and `co` does so by
    the whole schema: what is left out is only not known to the model.
    """
    left_out: dict[str, None] = {}
    try:
        found = _Simplifier(schema, left_out).part(schema, 0)
    except _TooLarge:
        return {"type": "object", "properties": {}}, ["all of it: it is too large"]
    return _as_object(found), list(left_out)


def is_sane(schema: Mapping[str, Any]) -> bool:
    """Whether arguments can be checked by *schema*: it is neither deep nor large."""
    try:
        _Simplifier(schema, {}).part(schema, 0)
    except _TooLarge:
        return False
    return True


def _as_object(schema: Json) -> Json:
    properties = schema.get("properties")
    rest = {
        name: one for name, one in schema.items() if name not in ("type", "properties")
    }
    return {
        "type": "object",
        "properties": properties if isinstance(properties, dict) else {},
        **rest,
    }


class _Simplifier:
    def __init__(self, root: Mapping[str, Any], left_out: dict[str, None]) -> None:
        self._root = root
        self._left_out = left_out
        self._parts = 0

    def part(self, schema: Any, depth: int) -> Any:
        """Return a subschema without what the API does not take."""
        self._parts += 1
        if depth > _MAX_DEPTH or self._parts > _MAX_PARTS:
            raise _TooLarge
        if not isinstance(schema, Mapping):
            return schema
        merged = self._merged(schema)
        found = dict(self._keywords(merged, depth))
        lost = {
            name: one
            for name, one in merged.items()
            if name not in (*found, *_DROPPED) and isinstance(one, str | int | float)
        }
        if lost:
            # The model can still heed what is only a text for the API.
            limits = ", ".join(f"{name}: {one}" for name, one in lost.items())
            found["description"] = f"{found.get('description', '')} ({limits})".strip()
        return found

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *schema* with the properties of all that it must fit."""
        parts = schema.get("allOf")
        if not isinstance(parts, list):
            return schema
        merged = {name: one for name, one in schema.items() if name != "allOf"}
        for one in parts:
            if not isinstance(one, Mapping) or set(one) - _MERGEABLE:
                self._left_out["allOf"] = None
                continue
            merged = {**one, **merged, **_joined(one, merged)}
        return merged

    def _keywords(
        self, schema: Mapping[str, Any], depth: int
    ) -> Iterator[tuple[str, Any]]:
        for keyword, value in schema.items():
            if keyword in _DROPPED:
                continue
            if keyword == "oneOf" and "anyOf" not in schema:
                # That no second one fits is all that is lost.
                yield "anyOf", self._inner("anyOf", value, depth)
            elif not self._is_taken(keyword, value):
                self._left_out[keyword] = None
            else:
                yield keyword, self._inner(keyword, value, depth)

    def _inner(self, keyword: str, value: Any, depth: int) -> Any:
        if keyword in NAMED and isinstance(value, Mapping):
            return {name: self.part(one, depth + 1) for name, one in value.items()}
        if keyword in INNER and isinstance(value, list):
            return [self.part(one, depth + 1) for one in value]
        return self.part(value, depth + 1) if keyword in INNER else value

    def _is_taken(self, keyword: str, value: Any) -> bool:
        match keyword:
            case "format":
                return value in FORMATS
            case "pattern":
                text = value if isinstance(value, str) else "["
                return is_regex(text) and not unsupported_syntax(text)
            case "const":
                return not isinstance(value, list | Mapping)
            case "$ref":
                return self._points_inside(value)
            case _:
                return keyword not in UNSUPPORTED | UNRESOLVABLE

    def _points_inside(self, reference: Any) -> bool:
        """Whether *reference* is to a part of this schema; nothing is fetched."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return False
        found: Any = self._root
        for step in filter(None, reference.removeprefix("#").split("/")):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or name not in found:
                return False
            found = found[name]
        return True


_MERGEABLE = frozenset(["type", "properties", "required", "title", "description"])


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> Json:
    """Return the properties, and the names required, of both objects."""
    pairs = [(one.get(name), other.get(name)) for name in ("properties", "required")]
    (mine, theirs), (needed, more) = pairs
    joined: Json = {}
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        joined["properties"] = {**mine, **theirs}
    if isinstance(needed, list) and isinstance(more, list):
        joined["required"] = [*dict.fromkeys([*needed, *more])]
    return joined
