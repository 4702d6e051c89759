"""One ranking by many requests: its results, and the records that were not ranked."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cohere_cli.api.protocol.requests import RerankBody, to_json
from cohere_cli.api.protocol.rerank import InvalidRanking, Ranking, parse_ranking
from cohere_cli.api.responses import InvalidJsonReply
from cohere_cli.errors import BatchesFailed, CoError, ServerFault
from cohere_cli.jobs.job import Codec, Job
from cohere_cli.jobs.workers import Sender, Task
from cohere_cli.record import value_class
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.jobs.journal import Journal
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.merge import SpilledRecords, TopRecords
    from cohere_cli.render.progress import Progress


def rerank_job(
    client: "Client",
    journal: "Journal",
    note: Callable[[str], None],
    *,
    resume: bool,
    budget: "Budget | None" = None,
) -> Job[RerankBody, Ranking]:
    """Return the job that sends rerank requests to *client*, within *budget*.

    See `Job`.
    """
    send = budget.limited_rerank(client.rerank) if budget else client.rerank
    sender = Sender(send, client.max_time, fatal=(InvalidJsonReply, InvalidRanking))
    codec = Codec(_key, lambda ranking: ranking.response, _decode)
    return Job(sender, codec, journal, note, resume=resume)


def _key(body: RerankBody) -> str:
    """Return a hash of the whole request: the journal stores none of its text."""
    lengths = list(map(len, body.documents))
    parts = [to_json(body.replace(documents=())), lengths]
    digest = sha256(json.dumps(parts, sort_keys=True).encode())
    digest.update("".join(body.documents).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _decode(response: Mapping[str, Any], body: RerankBody) -> Ranking | None:
    try:
        return parse_ranking(response, len(body.documents), body.top_n)
    except ServerFault:
        return None


@value_class
class FailedRecords:
    """Records `first` up to, not including, `end` that were not ranked, and why."""

    first: int
    end: int
    problem: CoError

    def follows(self, other: "FailedRecords") -> bool:
        """Whether it begins where *other* ends, for the same reason."""
        return self.first == other.end and self.problem.what == other.problem.what

    def __str__(self) -> str:
        if self.end - self.first == 1:
            return f"record {self.end:,} is missing: {self.problem}"
        return f"records {self.first + 1:,} to {self.end:,} are missing: {self.problem}"


class RerankJob:
    """Ranks batches of records and merges the results into *merge*.

    Records that score less than *min_score* are left out. `long_records` counts
    those that the model cannot read whole. `has_logits` is whether a score was
    outside 0 to 1, and `best_score` the highest of all, None before the first.
    """

    def __init__(
        self,
        merge: "TopRecords | SpilledRecords",
        progress: "Progress",
        min_score: float | None = None,
    ) -> None:
        self._merge = merge
        self._progress = progress
        self._min_score = float("-inf") if min_score is None else min_score
        self._failed: list[FailedRecords] = []
        self._response: Mapping[str, Any] = {}
        self._answers = self._records = self._size = 0
        self._units: float | None = None
        self._hint = ""
        self.long_records = 0
        self.has_logits = False
        self.best_score: float | None = None

    def run(
        self,
        job: "Job[RerankBody, Ranking]",
        batches: "Iterable[RecordBatch]",
        *,
        concurrency: int,
    ) -> None:
        """Send *batches* with *job*; `failed` has those that could not be ranked.

        Raises the first batch's error if none could be ranked.
        """
        tasks = (Task(batch, batch.body) for batch in batches)
        job.run(tasks, receive=self._receive, concurrency=concurrency)
        self._hint = "--resume sends only what failed" if job.finished else ""
        if self._failed and not self._answers:
            raise self.failed[0].problem

    @property
    def response(self) -> Mapping[str, Any]:
        """The server's own object or, of several, the sum of the units they report."""
        if self._answers == 1:
            return self._response
        if self._units is None:
            return {}
        return {"meta": {"billed_units": {"search_units": self._units}}}

    @property
    def failed(self) -> list[FailedRecords]:
        """The records not ranked, in order; adjacent ones with one reason joined."""
        joined: list[FailedRecords] = []
        for one in sorted(self._failed, key=lambda one: one.first):
            if joined and one.follows(joined[-1]):
                joined[-1] = replace(joined[-1], end=one.end)
            else:
                joined.append(one)
        return joined

    @property
    def problem(self) -> CoError | None:
        """The error to end with if some records were not ranked."""
        if not self._failed:
            return None
        lost = plural(sum(one.end - one.first for one in self._failed), "record")
        requests = plural(len(self._failed) + self._answers, "request")
        what = f"{len(self._failed):,} of {requests} failed, with {lost}"
        return BatchesFailed(what, hint=self._hint)

    def _receive(self, batch: "RecordBatch", outcome: Ranking | CoError) -> None:
        self.long_records += batch.long_records
        if isinstance(outcome, CoError):
            end = batch.first + len(batch.records)
            self._failed.append(FailedRecords(batch.first, end, outcome))
        else:
            self._add(batch, outcome)

    def _add(self, batch: "RecordBatch", ranking: Ranking) -> None:
        for at, score in batch.scores(ranking):
            if self.best_score is None or score > self.best_score:
                self.best_score = score
            if score >= self._min_score:
                self._merge.add(batch.first + at, score, batch.records[at])
        self.has_logits |= ranking.has_logits
        self._answers += 1
        # Of several, only their units are shown.
        self._response = batch.response(ranking) if self._answers == 1 else {}
        if (units := ranking.search_units) is not None:
            self._units = (self._units or 0) + units
        self._records += len(batch.records)
        self._size += sum(len(record.raw) + 1 for record in batch.records)
        self._progress.update(self._size, records=self._records)
