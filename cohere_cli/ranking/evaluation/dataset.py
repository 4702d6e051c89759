"""What a lab is about: records, queries and judgements, checked before any is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.ranking.evaluation.judgements import Labelled, as_id, line_error
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.formats import InputFormat
    from cohere_cli.ranking.evaluation.judgements import Qrels
    from cohere_cli.ranking.evaluation.report import ExclusionReason


_STDIN = "-"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records to rank for `queries`, by their ids; those `left_out` could not count."""

    candidates: "Sequence[Candidate]"
    queries: Mapping[str, str]
    qrels: "Qrels"
    left_out: "Mapping[ExclusionReason, tuple[str, ...]]"

    @property
    def absent(self) -> tuple[int, int]:
        """How many relevant documents are not among the records, and of how many."""
        from cohere_cli.ranking.evaluation.judgements import count_missing

        qrels = {query: self.qrels[query] for query in self.queries}
        ids = [candidate.id for candidate in self.candidates]
        return count_missing(qrels, ids), count_missing(qrels, ())


class DatasetSource(NamedTuple):
    """Where the queries and judgements are, and how the records are read.

    Either `queries` and `labels` name files, or `query` is the only query and
    `label_field` the field of the records that judges them.
    """

    queries: str | None = None
    labels: str | None = None
    query: str | None = None
    label_field: str | None = None
    input: "InputFormat" = "auto"
    records: str = ""


def judged(
    sources: Sequence[str], selection: DatasetSource, terminal: Terminal
) -> Dataset:
    """Read and check what *sources* and *selection* name.

    Raises `InputProblem`, also where no model could rank anything that is relevant.
    """
    from cohere_cli.ranking.evaluation.report import select_queries

    reading = _Reading(selection, terminal)
    candidates = reading.candidates(sources)
    queries, qrels = reading.queries(), reading.qrels(candidates)
    if selection.label_field is not None:
        candidates = drop_field(candidates, selection.label_field)
    worth, left_out = select_queries(queries, qrels)
    counting = {query: queries[query] for query in worth}
    return _found(Dataset(candidates, counting, qrels, left_out))


class _Reading:
    def __init__(self, selection: DatasetSource, terminal: Terminal) -> None:
        self._selection = selection
        self._terminal = terminal

    def candidates(self, sources: Sequence[str]) -> "list[Candidate]":
        from cohere_cli.documents.reader import read_records

        records = read_records(
            sources,
            self._terminal.stdin.buffer,
            self._selection.input,
            at=self._selection.records,
            notify=lambda line: self._terminal.note(f"co: {line}"),
        )
        if candidates := make_candidates(records):
            return candidates
        raise InputProblem("there are no records to rank", where=_shown(*sources))

    def queries(self) -> dict[str, str]:
        """Return the queries by their ids; the one of -q is its own."""
        from cohere_cli.ranking.evaluation.judgements import parse_queries

        if self._selection.queries is None:
            query = self._query()
            return {query: query}
        if queries := parse_queries(self._lines(self._selection.queries)):
            return queries
        raise InputProblem(
            "there are no queries", where=_shown(self._selection.queries)
        )

    def qrels(self, candidates: "Sequence[Candidate]") -> "Qrels":
        from cohere_cli.ranking.evaluation.judgements import parse_labels, parse_qrels

        if self._selection.label_field is not None:
            return {
                self._query(): parse_labels(candidates, self._selection.label_field)
            }
        labels = self._selection.labels or ""
        if qrels := parse_qrels(self._lines(labels)):
            return qrels
        raise InputProblem("there are no judgements", where=_shown(labels))

    def _query(self) -> str:
        query = self._selection.query or ""
        if not query.strip():
            raise UsageProblem(
                "the query is blank", hint="say what to look for with -q"
            )
        return query

    def _lines(self, source: str) -> "list[Document]":
        from cohere_cli.documents.reader import read_records

        return list(read_records((source,), self._terminal.stdin.buffer, "lines"))


def _found(judged: Dataset) -> Dataset:
    absent, relevant = judged.absent
    if absent < relevant:
        return judged
    document = next(document for document in judged.qrels[next(iter(judged.queries))])
    hint = f"they say {document!r}, the records {judged.candidates[0].id!r}"
    raise InputProblem("the judgements name none of the records", hint=hint)


def _shown(*sources: str) -> str:
    return ", ".join("stdin" if source == _STDIN else source for source in sources)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record to rank, and its id; models read `data`, all of it."""

    data: Mapping[str, Any] | str
    source: str
    line: int
    id: str


def make_candidates(records: Iterable[Labelled]) -> list[Candidate]:
    """Return *records* by the id that they have in `_id`, as in BEIR, or by `id`.

    Raises `InputProblem` for an id that comes twice: a judgement of it would be of
    two records.
    """
    places: dict[str, str] = {}
    candidates = []
    for record in records:
        fields = record.data if isinstance(record.data, Mapping) else {}
        id_ = as_id(fields.get("_id")) or record.id
        if id_ in places:
            what = f"two records have the id {id_!r}"
            raise line_error(record, what, hint=f"the first is at {places[id_]}")
        places[id_] = f"{record.source}:{record.line}"
        candidates.append(Candidate(record.data, record.source, record.line, id_))
    return candidates


def drop_field(candidates: Sequence[Candidate], field: str) -> list[Candidate]:
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
        raise line_error(
            candidate, f"the record has only its label, {field!r}", hint=hint
        )
    return replace(candidate, data=rest)
