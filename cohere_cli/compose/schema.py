"""The JSON Schema of a structured answer: where it comes from, and what it needs."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.api.bodies import as_json
from cohere_cli.api.strict_json import loads
from cohere_cli.compose.schema_subset import checked_schema
from cohere_cli.compose.shorthand import schema_from_shorthand
from cohere_cli.compose.wording import why_no_json
from cohere_cli.errors import UsageProblem


def schema_from_text(text: str, where: str = "--schema") -> dict[str, Any]:
    """Return the schema in *text*: a JSON object, or the fields in shorthand.

    Either is then one that the API takes. Raises `UsageProblem` with *where*, line
    and column; `InputProblem` for a JSON Schema that `checked_schema` refuses.
    """
    if text.lstrip().startswith("{"):
        return checked_schema(schema_from_json(text, where), where)
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
        says = f"the schema is not JSON: {why_no_json(exc)}"
        raise UsageProblem(says, where=where, hint=hint) from exc
    return schema


def _texts(message: Any) -> Iterable[str]:
    told = as_json(message)
    if not isinstance(told, Mapping) or told.get("role") not in ("system", "user"):
        return
    content = told.get("content")
    for block in content if isinstance(content, list) else [content]:
        text = block.get("text") if isinstance(block, Mapping) else block
        if isinstance(text, str):
            yield text
