"""Results as JSON Lines."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cohere_cli.documents.document import Document
from cohere_cli.mapping.result import Outcome, Result
from cohere_cli.strict_json import dumps
from cohere_cli.text import shown_source


class Writer(Protocol):
    """Results as bytes: what comes before them, and a row for each."""

    def head(self) -> bytes: ...
    def row(self, result: Result) -> bytes: ...


def create_writer(
    _output: str | None,
    *,
    models: Sequence[str],
    schema: Mapping[str, Any] | None = None,  # noqa: ARG001 - of tables
    has_json: bool = False,
    only: bool = False,
    null: bool = False,  # noqa: ARG001 - of texts
    first: Sequence[Document] = (),  # noqa: ARG001 - of tables
) -> "Writer":
    """Return the writer of the format *_output*: JSON Lines."""
    return JsonLines(models, has_json=has_json, only=only)


class JsonLines:
    """One object a line for each result."""

    def __init__(
        self, models: Sequence[str], *, has_json: bool = False, only: bool = False
    ) -> None:
        self._is_single = len(models) == 1
        self._answer = "json" if has_json else "answer"
        self._only = only

    def head(self) -> bytes:
        """Return nothing: each line explains itself."""
        return b""

    def row(self, result: Result) -> bytes:
        """Return the line of *result*."""
        record = result.record
        row = {
            "index": result.index,
            "source": shown_source(record.source),
            "line": record.line,
        }
        row |= {} if self._only else {"record": record.data}
        if self._is_single:
            row |= self._outcome(result.outcomes[0])
        else:
            answers = (
                {"model": one.model, **self._outcome(one)} for one in result.outcomes
            )
            row["answers"] = [*answers]
        line = dumps(row, separators=(", ", ": "))
        return line.encode("utf-8", "replace") + b"\n"

    def _outcome(self, outcome: Outcome) -> dict[str, Any]:
        is_json = self._answer == "json" and not outcome.error
        shown: dict[str, Any] = {
            "json" if is_json else "answer": outcome.value if is_json else outcome.text,
            "citations": [*outcome.citations],
            "finish_reason": outcome.finish_reason,
            "usage": dict(outcome.usage),
            "error": outcome.error.as_object() if outcome.error else None,
        }
        return shown | (
            {"tool_calls": [*outcome.tool_calls]} if outcome.tool_calls else {}
        )
