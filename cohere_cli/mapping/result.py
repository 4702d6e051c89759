"""What became of a record: an outcome for each model that it was sent to."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.errors import CoError
from cohere_cli.record import EMPTY


class Outcome(NamedTuple):
    """What became of the request for one record to one model.

    `text` is the answer, "" without one. `value` is the JSON that a schema or
    --json-object requires, None where neither is given or it is missing. `citations`,
    `finish_reason` and `usage` are the API's own. `error` is why there is no answer, or
    none that fits the schema; None for a whole answer. `tool_calls` are those that the
    model asks for, in the API's own shape.
    """

    model: str
    text: str = ""
    value: Any = None
    citations: Sequence[Mapping[str, Any]] = ()
    finish_reason: str = ""
    usage: Mapping[str, Any] = EMPTY
    error: CoError | None = None
    tool_calls: Sequence[Mapping[str, Any]] = ()


class Result(NamedTuple):
    """A record, its number in the input, from 0, and an outcome for each model.

    The outcomes are in the order of -m.
    """

    index: int  # type: ignore[assignment]  # tuples have a method of this name
    record: Document
    outcomes: tuple[Outcome, ...]

    @property
    def error(self) -> CoError | None:
        """The first error of an outcome; None if all are whole."""
        return next((one.error for one in self.outcomes if one.error), None)
