"""An experiment: every model ranks all records for every query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from cohere_cli.errors import BatchesFailed, CoError
from cohere_cli.jobs.workers import Task
from cohere_cli.ranking.merge import TopRecords
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import RerankBody
    from cohere_cli.api.protocol.rerank import Ranking
    from cohere_cli.jobs.job import Job
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.evaluation.runs import Run
    from cohere_cli.render.progress import Progress


@dataclass(slots=True)
class _Trial:
    """The ranking of one query, given by its id, by one model.

    `left` counts the batches that are not ranked yet.
    """

    query: str
    model: str
    left: int
    merge: TopRecords = field(default_factory=lambda: TopRecords(None))
    problem: CoError | None = None


TrialBatch = tuple[_Trial, "RecordBatch"]


class Experiment:
    """Ranks *batches* for each of *queries*, by id, with each of *models*.

    The query and the model in the bodies of *batches* are replaced.
    """

    def __init__(
        self,
        batches: "Sequence[RecordBatch]",
        queries: Mapping[str, str],
        models: Sequence[str],
    ) -> None:
        self._batches = batches
        self._queries = queries
        self._models = models
        self._trials = [
            _Trial(query, model, len(batches)) for model in models for query in queries
        ]
        self._ranked = 0

    @property
    def requests(self) -> int:
        """The number of requests in total."""
        return len(self._trials) * len(self._batches)

    def run(
        self,
        job: "Job[RerankBody, Ranking]",
        progress: "Progress",
        *,
        concurrency: int,
    ) -> None:
        """Send everything with *job*; `failures` has what could not be ranked."""

        def receive(item: TrialBatch, outcome: "Ranking | CoError") -> None:
            self._receive(*item, outcome)
            progress.update(self._ranked)

        # A group per model: where one is refused repeatedly, the next is still tried.
        groups = (self._tasks(model) for model in self._models)
        job.run(*groups, receive=receive, concurrency=concurrency)

    @property
    def runs(self) -> "dict[str, Run]":
        """The complete rankings, by model; a model without any is absent."""
        runs: dict[str, dict[str, list[tuple[str, float]]]] = {}
        for trial in self._trials:
            if not trial.left:
                best = trial.merge.best()
                scored = [(record.id, score) for _, score, record in best]
                runs.setdefault(trial.model, {})[trial.query] = scored
        return {model: runs[model] for model in self._models if model in runs}

    @property
    def failures(self) -> Iterator[str]:
        """What was not ranked, and why: a message for each model and reason."""
        failed = [trial for trial in self._trials if trial.problem]
        for (model, _), group in groupby(sorted(failed, key=_reason), _reason):
            trials = list(group)
            queries = plural(len(self._queries), "query", "queries")
            what = f"{model} did not rank {len(trials):,} of {queries}"
            yield f"{what}: {trials[0].problem}"

    @property
    def problem(self) -> CoError | None:
        """The error to end with if something was not ranked."""
        failed = [trial.problem for trial in self._trials if trial.problem]
        if len(failed) in (0, len(self._trials)):
            return next(iter(failed), None)
        return BatchesFailed(
            f"{len(failed):,} of {plural(len(self._trials), 'ranking')} failed",
            hint="--resume sends only what failed",
        )

    def _tasks(self, model: str) -> "Iterator[Task[TrialBatch, RerankBody]]":
        for trial in (trial for trial in self._trials if trial.model == model):
            query = self._queries[trial.query]
            for batch in self._batches:
                # The rest of a failed ranking would be paid for in vain.
                if not trial.problem:
                    body = batch.body.replace(query=query, model=model)
                    yield Task((trial, batch), body)

    def _receive(
        self, trial: _Trial, batch: "RecordBatch", outcome: "Ranking | CoError"
    ) -> None:
        if isinstance(outcome, CoError):
            trial.problem = trial.problem or outcome
            return
        for at, score in batch.scores(outcome):
            trial.merge.add(batch.first + at, score, batch.records[at])
        trial.left -= 1
        self._ranked += len(batch.records)


def _reason(trial: _Trial) -> tuple[str, str]:
    return trial.model, trial.problem.what if trial.problem else ""
