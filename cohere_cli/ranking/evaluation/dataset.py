"""A dataset: records, queries and judgements, checked before any request is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.ranking.evaluation.judgements import (
    as_id,
    count_missing,
    line_error,
    parse_labels,
    parse_qrels,
    parse_queries,
)
from cohere_cli.terminal import Terminal
from cohere_cli.text import shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.formats import InputFormat
    from cohere_cli.ranking.evaluation.judgements import Qrels
    from cohere_cli.ranking.evaluation.report import ExclusionReason


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records to rank for `queries`, by id; `left_out` are queries that cannot count.

    A record's `id` is the one that judgements name it by.
    """

    records: "Sequence[Document]"
    queries: Mapping[str, str]
    qrels: "Qrels"
    left_out: "Mapping[ExclusionReason, tuple[str, ...]]"

    @property
    def missing(self) -> tuple[int, int]:
        """The number of relevant documents that are not among the records, and of all.

        No model can rank those, so they lower recall for each.
        """
        qrels = {query: self.qrels[query] for query in self.queries}
        ids = [record.id for record in self.records]
        return count_missing(qrels, ids), count_missing(qrels, ())


class DatasetSource(NamedTuple):
    """Where the queries and judgements are, and how the records are read.

    Either `queries` and `labels` name files, or `query` is the only query and
    `label_field` the field of the records with their grades.
    """

    queries: str | None = None
    labels: str | None = None
    query: str | None = None
    label_field: str | None = None
    input: "InputFormat" = "auto"
    records: str = ""


def read_dataset(
    files: Sequence[str], source: DatasetSource, terminal: Terminal
) -> Dataset:
    """Read and check the records in *files* and what *source* names.

    Raises `InputProblem`, also if none of the records is relevant to any query.
    """
    from cohere_cli.ranking.evaluation.report import select_queries

    reader = _Reader(source, terminal)
    records = reader.records(files)
    queries, qrels = reader.queries(), reader.qrels(records)
    if source.label_field is not None:
        records = drop_field(records, source.label_field)
    selected, left_out = select_queries(queries, qrels)
    dataset = Dataset(
        records, {query: queries[query] for query in selected}, qrels, left_out
    )
    _check_ids(dataset)
    return dataset


class _Reader:
    def __init__(self, source: DatasetSource, terminal: Terminal) -> None:
        self._source = source
        self._terminal = terminal

    def records(self, files: Sequence[str]) -> "list[Document]":
        from cohere_cli.documents.reader import read_records

        records = read_records(
            files,
            self._terminal.stdin.buffer,
            self._source.input,
            at=self._source.records,
            notify=lambda line: self._terminal.note(f"co: {line}"),
        )
        if found := with_judged_ids(records):
            return found
        where = ", ".join(map(shown_source, files))
        raise InputProblem("there are no records to rank", where=where)

    def queries(self) -> dict[str, str]:
        """Return the queries by their ids; the one of -q is its own id."""
        file = self._source.queries
        if file is None:
            query = self._query()
            return {query: query}
        if queries := parse_queries(self._lines(file)):
            return queries
        raise InputProblem("there are no queries", where=shown_source(file))

    def qrels(self, records: "Sequence[Document]") -> "Qrels":
        if self._source.label_field is not None:
            return {self._query(): parse_labels(records, self._source.label_field)}
        file = self._source.labels or ""
        if qrels := parse_qrels(self._lines(file)):
            return qrels
        raise InputProblem("there are no judgements", where=shown_source(file))

    def _query(self) -> str:
        query = self._source.query or ""
        if not query.strip():
            raise UsageProblem("the query is blank", hint="give one with -q TEXT")
        return query

    def _lines(self, file: str) -> "list[Document]":
        from cohere_cli.documents.reader import read_records

        return list(read_records((file,), self._terminal.stdin.buffer, "lines"))


def _check_ids(dataset: Dataset) -> None:
    """Raise `InputProblem` if the judgements are of other records altogether."""
    missing, relevant = dataset.missing
    if missing == relevant:
        judged = next(iter(dataset.qrels[next(iter(dataset.queries))]))
        ids = f"ids: {judged!r} is judged, a record is {dataset.records[0].id!r}"
        raise InputProblem("no judged document is among the records", hint=ids)


def with_judged_ids(records: "Iterable[Document]") -> "list[Document]":
    """Return *records* with the id that they have in `_id`, as in BEIR, or their own.

    Raises `InputProblem` for an id that comes twice: a judgement of it would be
    ambiguous.
    """
    first: dict[str, Document] = {}
    for record in records:
        fields = record.data if isinstance(record.data, Mapping) else {}
        id_ = as_id(fields.get("_id")) or record.id
        if id_ in first:
            other = f"{shown_source(first[id_].source)}:{first[id_].line}"
            what = f"two records have the id {id_!r}"
            raise line_error(record, what, hint=f"the first is at {other}")
        first[id_] = record._replace(id=id_)
    return list(first.values())


def drop_field(records: "Sequence[Document]", field: str) -> "list[Document]":
    """Return *records* without *field*, which models must not read.

    Raises `InputProblem` for a record that has no other.
    """
    return [_without_field(record, field) for record in records]


def _without_field(record: "Document", field: str) -> "Document":
    if isinstance(record.data, str):
        return record
    rest = {name: value for name, value in record.data.items() if name != field}
    if not rest:
        hint = "models need another field to read"
        raise line_error(record, f"the record has only its label, {field!r}", hint=hint)
    return record._replace(data=rest)
