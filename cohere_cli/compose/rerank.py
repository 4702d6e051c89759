"""What a rerank asks: the query, and what the model reads of each record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.bodies import RerankBody
from cohere_cli.compose.grounds import Placed
from cohere_cli.errors import InputProblem, UsageProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What all requests of one ranking have in common.

    A `top_n` of 0 or None asks for all. Raises `UsageProblem` for a blank query,
    which the API refuses.
    """

    query: str
    model: str
    top_n: int | None = None
    max_tokens_per_doc: int | None = None
    priority: int | None = None

    def __post_init__(self) -> None:
        if not self.query.strip():
            hint = "say what to look for with -q"
            raise UsageProblem("the query is blank", hint=hint)

    def about(self, documents: Iterable[str], *, top_n: int | None) -> RerankBody:
        """Return the body of a request for the best *top_n* of *documents*."""
        return RerankBody(
            model=self.model,
            query=self.query,
            documents=tuple(documents),
            top_n=top_n or None,
            max_tokens_per_doc=self.max_tokens_per_doc,
            priority=self.priority,
        )


def ranked_text(record: Placed, fields: Sequence[str] = ()) -> str:
    """Return what the API reads of a record: its text, or its fields as YAML.

    YAML with the fields in their own order is what the API advises for records:
    https://docs.cohere.com/docs/reranking-with-cohere. *fields* are the ones to
    take, in that order. Raises `InputProblem` for a record that has none of them.
    """
    data = _chosen(record, fields) if fields else record.data
    if isinstance(data, str):
        return data
    import yaml

    # The one written in C is ten times as fast; some builds lack it. Without a
    # width, long texts would be folded.
    return yaml.dump(
        dict(data),
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        sort_keys=False,
        allow_unicode=True,
        width=1 << 30,
    )


def place_of(record: Placed) -> str:
    """Return file and line of a record, for people."""
    return f"{'stdin' if record.source == '-' else record.source}:{record.line}"


def _chosen(record: Placed, fields: Sequence[str]) -> Mapping[str, Any]:
    where = place_of(record)
    if isinstance(record.data, str):
        what = "--field needs records with fields; this one is a text"
        hint = "leave out --field, or say what the input is with --input"
        raise InputProblem(what, where=where, hint=hint)
    chosen = {name: record.data[name] for name in fields if name in record.data}
    if not chosen:
        named = ", ".join(map(repr, fields))
        hint = f"its fields: {', '.join(map(str, record.data))}"
        raise InputProblem(f"the record has no field {named}", where=where, hint=hint)
    return chosen
