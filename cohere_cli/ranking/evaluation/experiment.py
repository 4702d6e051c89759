"""Each query ranked by each model: what is sent, what came of it, what did not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count, groupby
from typing import TYPE_CHECKING

from cohere_cli.errors import BatchesFailed, CoError
from cohere_cli.ranking.merge import TopRecords
from cohere_cli.ranking.workers import Batch, rerank_batches

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.api.protocol.rerank import Ranking
    from cohere_cli.ranking.batching import RecordBatch
    from cohere_cli.ranking.evaluation.dataset import Candidate
    from cohere_cli.ranking.evaluation.report import Run
    from cohere_cli.ranking.journal import Journal
    from cohere_cli.render.progress import Progress


_OF = "co: requests of this comparison"


@dataclass(slots=True)
class _Trial:
    """One query, by its id, and one model; `left` portions are not ranked yet."""

    query: str
    model: str
    left: int
    merge: "TopRecords[Candidate]" = field(default_factory=lambda: TopRecords(None))
    problem: CoError | None = None


class Experiment:
    """Has *portions* ranked for each of *queries* by each of *models*.

    *portions* are about any query. With *resume*, what *journal* knows is not sent
    again.
    """

    def __init__(
        self,
        portions: "Sequence[RecordBatch[Candidate]]",
        queries: Mapping[str, str],
        models: Sequence[str],
    ) -> None:
        self._portions = portions
        self._queries = queries
        self._models = models
        self._trials = [
            _Trial(query, model, len(portions)) for model in models for query in queries
        ]
        self._under_way: dict[int, tuple[_Trial, RecordBatch[Candidate]]] = {}
        self._numbers = count()
        self._ranked = 0

    @property
    def requests(self) -> int:
        """How many requests there are in all."""
        return len(self._trials) * len(self._portions)

    def run(
        self,
        client: "Client",
        journal: "Journal",
        progress: "Progress",
        *,
        concurrency: int,
        resume: bool,
    ) -> None:
        """Have all of it ranked; `missed` tells of what could not be."""
        if journal.kept and not resume:
            said = f"{journal.kept} finished before: --resume takes them"
            progress.note(f"{_OF}: {said}")
        try:
            # Each by itself: where one is refused again and again, the next is asked.
            for model in self._models:
                batches = self._unknown(model, journal if resume else None)
                for batch, found in rerank_batches(
                    client, batches, concurrency=concurrency
                ):
                    self._hear(batch, found, journal)
                    progress.update(self._ranked)
        except BaseException:
            if kept := journal.kept:
                said = f"{kept} finished: --resume sends only the others"
                progress.note(f"{_OF}: {said}")
            raise

    @property
    def runs(self) -> "dict[str, Run]":
        """The whole rankings, by model; a model without any is not there."""
        runs: dict[str, dict[str, list[tuple[str, float]]]] = {}
        for trial in self._trials:
            if not trial.left:
                best = trial.merge.best()
                scored = [(record.id, score) for _, score, record in best]
                runs.setdefault(trial.model, {})[trial.query] = scored
        return {model: runs[model] for model in self._models if model in runs}

    @property
    def missed(self) -> Iterator[str]:
        """What was not ranked, and why, a line a model and reason."""
        lost = [trial for trial in self._trials if trial.problem]
        ordered = sorted(lost, key=_loss)
        for (model, _), group in groupby(ordered, _loss):
            trials = list(group)
            queries = f"{len(trials):,} of {len(self._queries):,} queries"
            yield f"{model} did not rank {queries}: {trials[0].problem}"

    @property
    def problem(self) -> CoError | None:
        """What to end with where not everything was ranked."""
        lost = [trial.problem for trial in self._trials if trial.problem]
        if len(lost) in (0, len(self._trials)):
            return next(iter(lost), None)
        return BatchesFailed(
            f"{len(lost):,} of {len(self._trials):,} rankings failed",
            hint="--resume sends only what failed",
        )

    def _unknown(self, model: str, journal: "Journal | None") -> Iterator[Batch]:
        """Yield what has to be sent; take the rest from *journal*."""
        for trial, portion in self._each(model):
            known = journal and journal.find(portion.body)
            if known:
                self._take(trial, portion, known)
            else:
                batch = Batch(next(self._numbers), portion.body)
                self._under_way[batch.number] = trial, portion
                yield batch

    def _each(self, model: str) -> "Iterator[tuple[_Trial, RecordBatch[Candidate]]]":
        for trial in (trial for trial in self._trials if trial.model == model):
            query = self._queries[trial.query]
            for portion in self._portions:
                # What is left of a ranking that has failed would be paid for nothing.
                if not trial.problem:
                    body = portion.body.replace(query=query, model=model)
                    yield trial, replace(portion, body=body)

    def _hear(
        self, batch: Batch, found: "Ranking | CoError", journal: "Journal"
    ) -> None:
        trial, portion = self._under_way.pop(batch.number)
        if isinstance(found, CoError):
            trial.problem = trial.problem or found
            return
        # What cannot be kept is only sent again.
        with suppress(OSError):
            journal.keep(batch.body, found)
        self._take(trial, portion, found)

    def _take(
        self, trial: _Trial, portion: "RecordBatch[Candidate]", ranking: "Ranking"
    ) -> None:
        for at, score in portion.scores(ranking):
            trial.merge.add(portion.first + at, score, portion.records[at])
        trial.left -= 1
        self._ranked += len(portion.records)


def _loss(trial: _Trial) -> tuple[str, str]:
    return trial.model, trial.problem.what if trial.problem else ""
