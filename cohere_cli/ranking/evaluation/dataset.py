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
from cohere_cli.ranking.evaluation.runs import read_runs
from cohere_cli.terminal import Terminal
from cohere_cli.text import shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.formats import InputFormat
    from cohere_cli.ranking.evaluation.judgements import Qrels
    from cohere_cli.ranking.evaluation.report import ExclusionReason
    from cohere_cli.ranking.evaluation.runs import Run


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records to rank for `queries`, by id; `left_out` are queries that cannot count.

    A record's `id` is the one that judgements name it by. `runs` are the rankings of
    other programs, by name; without records, nothing else is compared.
    """

    records: "Sequence[Document]"
    queries: Mapping[str, str]
    qrels: "Qrels"
    left_out: "Mapping[ExclusionReason, tuple[str, ...]]"
    runs: "Mapping[str, Run]"

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
    `label_field` the field of the records with their grades. `runs` name files, in
    which no ranking is called by one of `models`. With `drop_self` the judgement of
    the record with the query's own id does not count.
    """

    queries: str | None = None
    labels: str | None = None
    query: str | None = None
    label_field: str | None = None
    input: "InputFormat" = "auto"
    records: str = ""
    runs: Sequence[str] = ()
    models: Sequence[str] = ()
    drop_self: bool = False


def read_dataset(
    files: Sequence[str], source: DatasetSource, terminal: Terminal
) -> Dataset:
    """Read and check the records in *files* and what *source* names.

    Raises `InputProblem`, also if none of the records is relevant to any query.
    """
    from cohere_cli.ranking.evaluation.report import select_queries

    reader = _Reader(source, terminal)
    records = reader.records(files) if files else []
    qrels, runs = reader.qrels(records), reader.runs()
    queries = reader.queries(qrels)
    if source.label_field is not None:
        records = drop_field(records, source.label_field)
    selected, left_out = select_queries(queries, qrels, runs.values())
    counting = {query: queries[query] for query in selected}
    dataset = Dataset(records, counting, qrels, left_out, runs)
    if files:
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
        hint = "name files that have lines with text"
        raise InputProblem("there are no records to rank", where=where, hint=hint)

    def queries(self, qrels: "Qrels") -> dict[str, str]:
        """Return the queries by their ids; the one of -q is its own id.

        Where only runs are compared, the ids are enough.
        """
        file = self._source.queries
        if file is None:
            return {query: query for query in qrels}
        if queries := parse_queries(self._lines(file)):
            return queries
        where = shown_source(file)
        hint = "write one per line: an id, a tab and the query"
        raise InputProblem("there are no queries", where=where, hint=hint)

    def qrels(self, records: "Sequence[Document]") -> "Qrels":
        if self._source.label_field is not None:
            return {self._query(): parse_labels(records, self._source.label_field)}
        file = self._source.labels or ""
        qrels = parse_qrels(self._lines(file))
        if not qrels:
            where, hint = (
                shown_source(file),
                "write one per line: QUERY-ID 0 RECORD-ID GRADE",
            )
            raise InputProblem("there are no judgements", where=where, hint=hint)
        if self._source.drop_self:
            for query, grades in qrels.items():
                grades.pop(query, None)
        return qrels

    def runs(self) -> "dict[str, Run]":
        """Return the runs by name; in them, the query of -q has the id 1."""
        files = {file: self._lines(file) for file in self._source.runs}
        runs = read_runs(files, (BASELINE, *self._source.models))
        named = {} if self._source.query is None else {ONLY_QUERY: self._query()}
        return {
            name: {named.get(query, query): scored for query, scored in run.items()}
            for name, run in runs.items()
        }

    def _query(self) -> str:
        query = self._source.query or ""
        if not query.strip():
            raise UsageProblem("the query is blank", hint="give one with -q TEXT")
        return query

    def _lines(self, file: str) -> "list[Document]":
        from cohere_cli.documents.reader import read_records

        return list(read_records((file,), self._terminal.stdin.buffer, "lines"))


BASELINE = "input order"
"""The name of the baseline among the models."""

ONLY_QUERY = "1"
"""The id of the query of -q in a run, where an id has no spaces."""


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
