"""One ranking by many requests: what is sent, what came of it, what did not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import BatchesFailed, CoError

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.api.protocol.rerank import Ranking
    from cohere_cli.documents.document import Document
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.journal import Journal
    from cohere_cli.ranking.merge import Merge
    from cohere_cli.ranking.workers import Batch
    from cohere_cli.render.progress import Progress


@dataclass(frozen=True, slots=True)
class FailedRecords:
    """Records `first` up to, not including, `end` that were not ranked, and why."""

    first: int
    end: int
    problem: CoError

    def follows(self, other: "FailedRecords") -> bool:
        """Whether it begins where *other* ends, for the same reason."""
        return self.first == other.end and self.problem.what == other.problem.what

    def __str__(self) -> str:
        count = self.end - self.first
        if count == 1:
            return f"record {self.end:,} is missing: {self.problem}"
        return f"records {self.first + 1:,} to {self.end:,} are missing: {self.problem}"


class RerankJob:
    """Has portions ranked and merges them into *merge*.

    With *resume*, what *journal* knows is not sent again. Records that score less
    than *least* are left out. `long` counts those that the model cannot read whole.
    """

    def __init__(
        self,
        merge: "Merge[Document]",
        journal: "Journal",
        progress: "Progress",
        *,
        least: float | None = None,
        resume: bool = False,
    ) -> None:
        self._merge = merge
        self._journal = journal
        self._progress = progress
        self._least = float("-inf") if least is None else least
        self._resume = resume
        self._is_kept = True
        self._under_way: dict[int, RecordBatch[Document]] = {}
        self._missed: list[FailedRecords] = []
        self._response: Mapping[str, Any] = {}
        self._answers = self._units = self._records = self._size = self.long = 0

    def run(
        self,
        client: "Client",
        portions: "Iterable[RecordBatch[Document]]",
        *,
        concurrency: int,
    ) -> None:
        """Have *portions* ranked; `missed` tells of those that could not be.

        Raises the first one's problem where none could be.
        """
        from cohere_cli.ranking.workers import rerank_batches

        if self._journal.kept and not self._resume:
            self._tell_kept("--resume takes them")
        batches = self._unknown(portions)
        try:
            for batch, found in rerank_batches(
                client, batches, concurrency=concurrency
            ):
                self._hear(self._under_way.pop(batch.number), found)
        except BaseException:
            if self._journal.kept:
                self._tell_kept("--resume sends only the others")
            raise
        if self._missed and not self._answers:
            raise self.missed[0].problem

    @property
    def response(self) -> Mapping[str, Any]:
        """The server's own object, or what there is to say of several."""
        if self._answers == 1:
            return self._response
        return {"meta": {"billed_units": {"search_units": self._units}}}

    @property
    def missed(self) -> list[FailedRecords]:
        """What was not ranked, in order; neighbours with one reason are one."""
        joined: list[FailedRecords] = []
        for one in sorted(self._missed, key=lambda one: one.first):
            if joined and one.follows(joined[-1]):
                joined[-1] = replace(joined[-1], end=one.end)
            else:
                joined.append(one)
        return joined

    @property
    def problem(self) -> CoError | None:
        """What to end with where not everything was ranked."""
        if not self._missed:
            return None
        lost = sum(one.end - one.first for one in self._missed)
        requests = len(self._missed) + self._answers
        said = f"{len(self._missed):,} of {requests:,} requests failed"
        hint = "--resume sends only what failed" if self._journal.kept else ""
        return BatchesFailed(f"{said}, with {lost:,} of the records", hint=hint)

    def _unknown(
        self, portions: "Iterable[RecordBatch[Document]]"
    ) -> "Iterator[Batch]":
        """Yield what has to be sent; take the rest from the journal."""
        from cohere_cli.ranking.workers import Batch

        for portion in portions:
            self.long += portion.long
            known = self._journal.find(portion.body) if self._resume else None
            if known:
                self._take(portion, known)
            else:
                self._under_way[portion.number] = portion
                yield Batch(portion.number, portion.body)

    def _hear(
        self, portion: "RecordBatch[Document]", found: "Ranking | CoError"
    ) -> None:
        if isinstance(found, CoError):
            end = portion.first + len(portion.records)
            self._missed.append(FailedRecords(portion.first, end, found))
        else:
            self._keep(portion, found)
            self._take(portion, found)

    def _keep(self, portion: "RecordBatch[Document]", ranking: "Ranking") -> None:
        if not self._is_kept:
            return
        try:
            self._journal.keep(portion.body, ranking)
        except OSError as exc:
            self._is_kept = False
            says = (exc.strerror or str(exc)).lower()
            self._progress.note(f"co: --resume will not know what follows: {says}")

    def _take(self, portion: "RecordBatch[Document]", ranking: "Ranking") -> None:
        """Merge what came of *portion*."""
        for at, score in portion.scores(ranking):
            if score >= self._least:
                self._merge.add(portion.first + at, score, portion.records[at])
        self._answers += 1
        self._response = ranking.response
        if portion.owners is not None:
            # Its results are about parts of records.
            self._response = {**ranking.response, "results": []}
        self._units += ranking.search_units
        self._records += len(portion.records)
        self._size += sum(len(record.raw) + 1 for record in portion.records)
        self._progress.update(self._size, records=self._records)

    def _tell_kept(self, remedy: str) -> None:
        number = self._journal.kept
        said = f"co: finished requests of this ranking: {number}; {remedy}"
        self._progress.note(said)
