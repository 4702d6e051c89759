"""A line of a file of queries or of judgements: its text, or its JSON object."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any, Protocol

from cohere_cli.api import strict_json
from cohere_cli.errors import InputProblem


class Line(Protocol):
    """What somebody else has read: a line's text or a record's fields, its place."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...


def value_of(line: Line) -> Mapping[str, Any] | str:
    """Return the fields of a JSON object, else the text; raises `InputProblem`.

    Files of JSON lines are told from text by each line's own beginning, because
    their names seldom say what they hold.
    """
    if not isinstance(line.data, str) or not line.data.lstrip().startswith("{"):
        return line.data
    try:
        return strict_json.mapping(strict_json.loads(line.data))
    except ValueError as exc:
        hint = "a line that begins with { must be one whole JSON object"
        raise refusal(line, f"not valid JSON: {_plain(exc)}", hint=hint) from exc


def id_of(value: object) -> str:
    """Return an id, text or a whole number, as text; "" for anything else."""
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_id else ""


def refusal(line: Line, what: str, *, hint: str) -> InputProblem:
    """Return, for the caller to raise, what is wrong with *line*."""
    source = "stdin" if line.source == "-" else line.source
    return InputProblem(what, where=f"{source}:{line.line}", hint=hint)


def _plain(exc: ValueError) -> str:
    if not isinstance(exc, JSONDecodeError):
        return str(exc)
    return f"{exc.msg[:1].lower()}{exc.msg[1:]} at column {exc.colno}"
