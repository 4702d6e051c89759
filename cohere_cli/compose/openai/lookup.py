"""Which row of the table a field in a body is; one that has no row is refused."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from cohere_cli.api.validate import Path
from cohere_cli.compose.openai.fields import FIELDS, Field

_BY_PATH = {field.path: field for field in FIELDS}
_ENDS = re.compile(r"[.[]")
_HOLDERS = {path[: end.start()] for path in _BY_PATH for end in _ENDS.finditer(path)}
_CHOICES = {path.partition("=")[0] for path in _BY_PATH if "=" in path}


def field_at(path: Path, value: Any) -> Field:
    """Return what the table says of *value* at *path*, or that it knows no such."""
    pattern = _pattern(path)
    if pattern in _CHOICES and isinstance(value, str):
        return _BY_PATH.get(f"{pattern}={value}") or _no_choice(pattern)
    if known := _BY_PATH.get(pattern):
        return known
    return _no_choice(pattern) if pattern in _CHOICES else _unknown(pattern)


def knows(path: Path) -> bool:
    """Whether the table has a row for this field."""
    return _pattern(path) in _BY_PATH


def is_choice(path: Path) -> bool:
    """Whether the table tells values of this field apart."""
    return _pattern(path) in _CHOICES


def holds_fields(path: Path) -> bool:
    """Whether the table knows fields inside this one; else its form is free."""
    return not path or _pattern(path) in _HOLDERS


def _pattern(path: Path) -> str:
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _no_choice(pattern: str) -> Field:
    taken = (field.path for field in FIELDS if field.verdict == "supported")
    words = [path.partition("=")[2] for path in taken if path.startswith(f"{pattern}=")]
    return Field(pattern, "refused", f"must be {' or '.join(words)}")


def _unknown(pattern: str) -> Field:
    holder, _, name = pattern.rpartition(".")
    near = get_close_matches(name, _names_in(holder), 1)
    if not near:
        return Field(pattern, "refused", "no such field")
    return Field(pattern, "refused", f"no such field, but {near[0]!r} is one", near[0])


def _names_in(holder: str) -> Iterator[str]:
    start = f"{holder}." if holder else ""
    inner = (path.removeprefix(start) for path in _BY_PATH if path.startswith(start))
    yield from dict.fromkeys(re.split(r"[.[=]", name)[0] for name in inner)
