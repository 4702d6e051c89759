"""The records of a lab: the ids that judgements know them by, and what is ranked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cohere_cli.relevance.lines import id_of, refusal
from cohere_cli.relevance.qrels import Labelled


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record to rank, and its id; models read `data`, all of it."""

    data: Mapping[str, Any] | str
    source: str
    line: int
    id: str


def candidates_of(records: Iterable[Labelled]) -> list[Candidate]:
    """Return *records* by the id that they have in `_id`, as in BEIR, or by `id`.

    Raises `InputProblem` for an id that comes twice: a judgement of it would be of
    two records.
    """
    places: dict[str, str] = {}
    candidates = []
    for record in records:
        fields = record.data if isinstance(record.data, Mapping) else {}
        id_ = id_of(fields.get("_id")) or record.id
        if id_ in places:
            what = f"two records have the id {id_!r}"
            raise refusal(record, what, hint=f"the first is at {places[id_]}")
        places[id_] = f"{record.source}:{record.line}"
        candidates.append(Candidate(record.data, record.source, record.line, id_))
    return candidates


def without(candidates: Sequence[Candidate], field: str) -> list[Candidate]:
    """Return *candidates* without the *field* that no model may see.

    Raises `InputProblem` for one that has no other.
    """
    return [_bare(candidate, field) for candidate in candidates]


def _bare(candidate: Candidate, field: str) -> Candidate:
    if isinstance(candidate.data, str):
        return candidate
    rest = {name: said for name, said in candidate.data.items() if name != field}
    if not rest:
        hint = "models need something else to read"
        raise refusal(candidate, f"the record has only its label, {field!r}", hint=hint)
    return replace(candidate, data=rest)
