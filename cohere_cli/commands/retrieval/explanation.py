"""What became of the files and passages of a search: the report of --explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohere_cli.render.tables.record import score_text
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.retrieval.search import Candidate, Counts


@dataclass(slots=True)
class Explanation:
    """Numbers of files, passages and candidates, and seconds; None: did not happen.

    `best_score` is that of the best passage, if --min-score left out all.
    `sent` are the passages of the answer's request, about `tokens` tokens of text;
    `left_out` of them did not fit into the context of the model.
    """

    counts: "Counts | None" = None
    candidates: int = 0
    repeated: int = 0
    model: str = ""
    search_units: float | None = None
    seconds_rerank: float | None = None
    best_score: float | None = None
    sent: "Sequence[Candidate]" = ()
    tokens: int = 0
    left_out: int = 0
    seconds_answer: float | None = None
    cited: frozenset[str] = frozenset()

    def report(self, terminal: Terminal) -> None:
        """Write the report on standard error; --quiet does not silence it."""
        for line in self.lines():
            terminal.say(f"co: {line}")

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        if self.counts is None:
            return
        yield from self._files()
        yield self._candidates()
        if self.model:
            cost = "" if self.search_units is None else f", {_units(self.search_units)}"
            yield f"rerank: {plural(self.candidates, 'passage')} by {self.model}{cost}"
        if self.sent:
            yield self._sent()
            yield from self._passages()
        yield f"times: {', '.join(self._times())}"

    def _files(self) -> Iterator[str]:
        counts = self.counts
        assert counts is not None  # noqa: S101 - lines() has checked it
        # Those that were read and then skipped are counted among the skipped.
        read = min(counts.indexed, counts.files)
        anew = f", {read:,} read anew" if read < counts.files else ""
        skipped = f"; {counts.skipped}" if counts.skipped else ""
        yield f"files: {plural(counts.files, 'file')}{anew}{skipped}"

    def _candidates(self) -> str:
        counts = self.counts
        assert counts is not None  # noqa: S101 - lines() has checked it
        repeated = f", {self.repeated:,} repeated left out" if self.repeated else ""
        match = f"{counts.matches:,} with words of the query"
        kept = plural(self.candidates, "candidate")
        return f"passages: {counts.passages:,}; {match}; {kept}{repeated}"

    def _sent(self) -> str:
        left_out = (
            f", {self.left_out:,} left out: the context of the model is full"
            if self.left_out
            else ""
        )
        return (
            f"sent: {plural(len(self.sent), 'passage')}, "
            f"~{plural(self.tokens, 'token')}{left_out}"
        )

    def _passages(self) -> Iterator[str]:
        for rank, one in enumerate(self.sent, 1):
            id_ = one.document.id
            mark = "cited" if id_ in self.cited else "sent"
            yield f"{rank:>3}  {score_text(one.score):>8}  {mark:<5}  {id_}"

    def _times(self) -> Iterator[str]:
        counts = self.counts
        if counts is not None:
            yield f"index {counts.seconds_index:.2f} s"
            yield f"search {counts.seconds_query:.2f} s"
        if self.seconds_rerank is not None:
            yield f"rerank {self.seconds_rerank:.2f} s"
        if self.seconds_answer is not None:
            yield f"answer {self.seconds_answer:.2f} s"


def _units(number: float) -> str:
    return f"{number:g} search {'unit' if number == 1 else 'units'}"
