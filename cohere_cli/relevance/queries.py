"""The queries of a lab: one a line, each with the id that judgements know it by."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.relevance.lines import Line, id_of, refusal, value_of

_HEADER = re.compile(r"(query[-_]?id|qid|_?id)\t(query|text)", re.IGNORECASE)
_HINT = "write `ID<tab>QUERY`, or an object with _id and text"


def queries_of(lines: Iterable[Line]) -> dict[str, str]:
    """Return the queries in *lines* by their ids, in their own order.

    A line is an id, a tab and the query, as in MS MARCO; or a JSON object with
    `_id`, `id` or `qid`, and `text` or `query`, as in BEIR. Raises `InputProblem`,
    also for an id that comes twice and for a blank query, which the API refuses.
    """
    queries: dict[str, str] = {}
    for line in lines:
        value = value_of(line)
        if isinstance(value, str) and _HEADER.fullmatch(value.strip()):
            continue
        id_, query = _cells(value) if isinstance(value, str) else _fields(value)
        if not (id_ and query):
            what = f"a query without {'its text' if id_ else 'an id'}"
            raise refusal(line, what, hint=_HINT)
        if id_ in queries:
            what = f"query {id_!r} is given twice"
            raise refusal(line, what, hint="give each query an id of its own")
        queries[id_] = query
    return queries


def _cells(text: str) -> tuple[str, str]:
    id_, tab, query = text.partition("\t")
    # Without a tab it is a query that nobody gave an id.
    return (id_.strip(), query.strip()) if tab else ("", text)


def _fields(fields: Mapping[str, Any]) -> tuple[str, str]:
    ids = (id_of(fields.get(name)) for name in ("_id", "id", "qid"))
    texts = (fields.get(name) for name in ("text", "query"))
    said = (text.strip() for text in texts if isinstance(text, str))
    return next(filter(None, ids), ""), next(filter(None, said), "")
