"""What a lab is about: records, queries and judgements, checked before any is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohere_cli.commands.asking import STDIN
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.options.lab import LabFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document
    from cohere_cli.relevance.candidates import Candidate
    from cohere_cli.relevance.qrels import Qrels
    from cohere_cli.relevance.report import Reason

_WAYS = "give --queries and --labels, or -q and --label-field"


@dataclass(frozen=True, slots=True)
class Judged:
    """Records to rank for `queries`, by their ids; those `left_out` could not count."""

    candidates: "Sequence[Candidate]"
    queries: Mapping[str, str]
    qrels: "Qrels"
    left_out: "Mapping[Reason, tuple[str, ...]]"

    @property
    def absent(self) -> tuple[int, int]:
        """How many relevant documents are not among the records, and of how many."""
        from cohere_cli.relevance.qrels import absent

        qrels = {query: self.qrels[query] for query in self.queries}
        ids = [candidate.id for candidate in self.candidates]
        return absent(qrels, ids), absent(qrels, ())


def sources_of(
    files: Sequence[str], flags: LabFlags, terminal: Terminal
) -> Sequence[str]:
    """Return where the records are; raises `UsageProblem` for a lack of anything."""
    _check_ways(flags)
    sources = files or (STDIN,)
    named = [*sources, flags.queries, flags.labels, flags.key_file]
    if named.count(STDIN) > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)
    if STDIN in sources and not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return sources


def judged(sources: Sequence[str], flags: LabFlags, terminal: Terminal) -> Judged:
    """Read and check what *sources* and *flags* name.

    Raises `InputProblem`, also where no model could rank anything that is relevant.
    """
    from cohere_cli.relevance.report import worth_ranking

    reading = _Reading(flags, terminal)
    candidates = reading.candidates(sources)
    queries, qrels = reading.queries(), reading.qrels(candidates)
    if flags.label_field is not None:
        from cohere_cli.relevance.candidates import without

        candidates = without(candidates, flags.label_field)
    worth, left_out = worth_ranking(queries, qrels)
    counting = {query: queries[query] for query in worth}
    return _found(Judged(candidates, counting, qrels, left_out))


class _Reading:
    def __init__(self, flags: LabFlags, terminal: Terminal) -> None:
        self._flags = flags
        self._terminal = terminal

    def candidates(self, sources: Sequence[str]) -> "list[Candidate]":
        from cohere_cli.documents.readers import read_records
        from cohere_cli.relevance.candidates import candidates_of

        records = read_records(
            sources,
            self._terminal.stdin.buffer,
            self._flags.input,
            at=self._flags.records or "",
            tell=lambda line: self._terminal.note(f"co: {line}"),
        )
        if candidates := candidates_of(records):
            return candidates
        raise InputProblem("there are no records to rank", where=_shown(*sources))

    def queries(self) -> dict[str, str]:
        """Return the queries by their ids; the one of -q is its own."""
        from cohere_cli.relevance.queries import queries_of

        if self._flags.queries is None:
            query = self._query()
            return {query: query}
        if queries := queries_of(self._lines(self._flags.queries)):
            return queries
        raise InputProblem("there are no queries", where=_shown(self._flags.queries))

    def qrels(self, candidates: "Sequence[Candidate]") -> "Qrels":
        from cohere_cli.relevance.qrels import labels_of, qrels_of

        if self._flags.label_field is not None:
            return {self._query(): labels_of(candidates, self._flags.label_field)}
        labels = self._flags.labels or ""
        if qrels := qrels_of(self._lines(labels)):
            return qrels
        raise InputProblem("there are no judgements", where=_shown(labels))

    def _query(self) -> str:
        query = self._flags.query or ""
        if not query.strip():
            raise UsageProblem(
                "the query is blank", hint="say what to look for with -q"
            )
        return query

    def _lines(self, source: str) -> "list[Document]":
        from cohere_cli.documents.readers import read_records

        return list(read_records((source,), self._terminal.stdin.buffer, "lines"))


def _check_ways(flags: LabFlags) -> None:
    """Refuse all but the two ways to say what is relevant to what."""
    by_files = (flags.queries, flags.labels)
    by_field = (flags.query, flags.label_field)
    if None not in by_files and by_field == (None, None):
        return
    if None not in by_field and by_files == (None, None):
        return
    is_any = any(said is not None for said in (*by_files, *by_field))
    what = "these are not queries and judgements of one kind"
    raise UsageProblem(what if is_any else "there are no judgements", hint=_WAYS)


def _found(judged: Judged) -> Judged:
    absent, relevant = judged.absent
    if absent < relevant:
        return judged
    document = next(document for document in judged.qrels[next(iter(judged.queries))])
    hint = f"they say {document!r}, the records {judged.candidates[0].id!r}"
    raise InputProblem("the judgements name none of the records", hint=hint)


def _shown(*sources: str) -> str:
    return ", ".join("stdin" if source == STDIN else source for source in sources)
