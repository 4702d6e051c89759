"""Records, portioned out into requests of a size that the API takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from cohere_cli.api.bodies import RerankBody
from cohere_cli.api.rerank import Ranking
from cohere_cli.compose.grounds import Placed
from cohere_cli.compose.long_texts import BYTES_PER_TOKEN, parts_of, size_of
from cohere_cli.compose.rerank import Question, place_of, ranked_text
from cohere_cli.errors import InputProblem

BATCH_SIZE = 1_000
"""Documents in a request, as the API advises; above 10,000 it refuses."""
MOST_DOCUMENTS = 10_000
_MOST_CHARACTERS = 8 << 20  # of one request's documents
# Read of a document by all of the API's rerankers, unless the body says otherwise.
_TOKENS = 4096

Long = Literal["split", "truncate", "refuse"]
RecordT = TypeVar("RecordT", bound=Placed)


@dataclass(frozen=True, slots=True)
class Portion(Generic[RecordT]):
    """The records of one request; the first is number `first` of all, from 0.

    `owners` says which of the records each document of the body is a part of; it is
    None where each record is one document. `long` counts the records that are longer
    than the model reads.
    """

    number: int
    first: int
    records: Sequence[RecordT]
    body: RerankBody
    owners: Sequence[int] | None = None
    long: int = 0

    def scores(self, ranking: Ranking) -> Iterable[tuple[int, float]]:
        """Return places in `records`, and their scores: of its parts' the best."""
        pairs = [(one.index, one.relevance_score) for one in ranking.results]
        if self.owners is None:
            return pairs
        best: dict[int, float] = {}
        for index, score in pairs:  # best first
            best.setdefault(self.owners[index], score)
        return best.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portioning:
    """How records become requests about *question*.

    `fields` are those to rank by; none are all. `size` is how many documents a
    request takes. `long` is what becomes of a record that is longer than the model
    reads.
    """

    question: Question
    fields: Sequence[str] = ()
    size: int = BATCH_SIZE
    long: Long = "split"

    def of(self, records: Iterable[RecordT]) -> Iterator[Portion[RecordT]]:
        """Yield *records* in their order, so many in each request.

        Only one portion is held at a time. Raises `InputProblem` for a record that
        cannot be ranked.
        """
        filling = _Filling[RecordT](0, 0)
        for record in records:
            text = ranked_text(record, self.fields)
            is_long = self._is_long(text)
            texts = self._parts(record, text) if is_long else (text,)
            if filling.texts and self._is_over(filling, texts):
                yield filling.portion(self.question)
                filling = filling.next()
            filling.add(record, texts)
            filling.long += is_long
        if filling.texts:
            yield filling.portion(self.question)

    @property
    def _window(self) -> int:
        """Tokens of a document that the model reads."""
        return self.question.max_tokens_per_doc or _TOKENS

    def _is_long(self, text: str) -> bool:
        most = self._window * BYTES_PER_TOKEN
        return len(text) * 4 > most and size_of(text) > most

    def _is_over(self, filling: "_Filling[RecordT]", texts: Sequence[str]) -> bool:
        """Say whether *texts* do not fit beside what is there."""
        size = filling.size + sum(map(len, texts))
        return len(filling.texts) + len(texts) > self.size or size > _MOST_CHARACTERS

    def _parts(self, record: RecordT, text: str) -> Sequence[str]:
        """Return the documents that a record is sent as whose text is long."""
        where = place_of(record)
        match self.long:
            case "truncate":
                return (text,)  # the server does it, by the model's own tokens
            case "refuse":
                tokens = size_of(text) // BYTES_PER_TOKEN
                what = f"longer than the model reads: about {tokens:,} tokens"
                hint = f"it reads {self._window:,}; --long split ranks a text in parts"
                raise InputProblem(what, where=where, hint=hint)
            case "split":
                whole = parts_of(text, self._window * BYTES_PER_TOKEN)
                parts = [part for part in whole if part.strip()]
                if len(parts) > MOST_DOCUMENTS:
                    what = f"longer than {MOST_DOCUMENTS:,} documents"
                    raise InputProblem(what, where=where, hint="split it before")
                return parts


@dataclass(slots=True)
class _Filling(Generic[RecordT]):
    """A portion that is still being filled."""

    number: int
    first: int
    records: list[RecordT] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    size: int = 0
    long: int = 0

    def add(self, record: RecordT, texts: Sequence[str]) -> None:
        self.owners += [len(self.records)] * len(texts)
        self.records.append(record)
        self.texts += texts
        self.size += sum(map(len, texts))

    def portion(self, question: Question) -> Portion[RecordT]:
        is_split = len(self.owners) > len(self.records)
        # The best parts may all be one record's, so all of them are asked for.
        top_n = None if is_split else question.top_n
        return Portion(
            self.number,
            self.first,
            self.records,
            question.about(self.texts, top_n=top_n),
            self.owners if is_split else None,
            self.long,
        )

    def next(self) -> "_Filling[RecordT]":
        return _Filling(self.number + 1, self.first + len(self.records))
