"""Writes a JSON object for each record: its place, the record, and its answers."""

from collections.abc import Mapping
from typing import Any

from cohere_cli.mapping.output.row_writer import Writer
from cohere_cli.mapping.result import Outcome, Result
from cohere_cli.render.json import json_line
from cohere_cli.text import valid_unicode


class JsonLines(Writer):
    """Every line has the same fields; null is what does not exist.

    Only `tool_calls` is left out where the model asks for none.

    An answer is `json` where *has_json*, else `answer`; one that was refused for its
    JSON has its text in `answer`, too. With *has_models* each model's is in `answers`.
    """

    shows_calls = True

    def __init__(self, *, has_models: bool, has_json: bool, only: bool) -> None:
        self._has_models = has_models
        self._has_json = has_json
        self._only = only

    def row(self, result: Result) -> bytes:
        record = result.record
        line: dict[str, Any] = {
            "index": result.index,
            "source": valid_unicode(record.source),
            "line": record.line,
        }
        if not self._only:
            line["record"] = record.data
        if self._has_models:
            answers = [{"model": o.model, **self._answer(o)} for o in result.outcomes]
            line["answers"] = answers
        else:
            line |= self._answer(result.outcomes[0])
        return f"{json_line(line)}\n".encode()

    def _answer(self, one: Outcome) -> dict[str, Any]:
        text = one.text if one.text or not one.error else None
        answer: Mapping[str, Any] = {"answer": text}
        if self._has_json:
            is_refused = one.error and text is not None
            answer = {"json": one.value, **(answer if is_refused else {})}
        calls = [dict(each) for each in one.tool_calls]
        return {
            **answer,
            **({"tool_calls": calls} if calls else {}),
            "citations": [dict(each) for each in one.citations],
            "finish_reason": one.finish_reason or None,
            "usage": dict(one.usage),
            "error": one.error.as_object() if one.error else None,
        }
