"""Records, portioned out into requests of a size that the API takes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from cohere_cli.api.protocol.model_facts import RERANK_DOCUMENTS
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import Ranking
from cohere_cli.documents.document import Placed
from cohere_cli.errors import InputProblem, UsageProblem

BYTES_PER_TOKEN = 3
"""Of UTF-8. Counted high on purpose: prose has 4 to 5, code and East Asia's scripts
about 3. Only the server knows the model's own tokens."""

# Where a text may be cut, the best places first: behind a sentence or a line, then
# behind any word.
_SENTENCE = re.compile(
    "(?<=[.!?\u2026])[\"'\u201d\u2019\u00bb)\\]]*\\s+|(?<=[\u3002\uff01\uff1f])|\n+"
)
_WORD = re.compile(r"\s+")


def utf8_size(text: str) -> int:
    """Return the bytes of *text* in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def split_text(text: str, most: int) -> Iterator[str]:
    """Yield *text* in parts of at most *most* bytes; together they are the text."""
    part: list[str] = []
    size = 0
    for piece in _pieces(text, most, (_SENTENCE, _WORD)):
        length = utf8_size(piece)
        if size + length > most:
            yield "".join(part)
            part, size = [], 0
        part.append(piece)
        size += length
    yield "".join(part)


def _pieces(
    text: str, most: int, borders: tuple[re.Pattern[str], ...]
) -> Iterator[str]:
    """Yield pieces of *most* bytes at most, cut at the first border that does it."""
    if utf8_size(text) <= most:
        yield text
    elif not borders:
        step = max(most // 4, 1)  # a character takes 4 bytes at most
        yield from (text[at : at + step] for at in range(0, len(text), step))
    else:
        for piece in _cut(text, borders[0]):
            yield from _pieces(piece, most, borders[1:])


def _cut(text: str, border: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for found in border.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    if start < len(text):
        yield text[start:]


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankParameters:
    """What all requests of one ranking have in common.

    A `top_n` of 0 or None asks for all. Raises `UsageProblem` for a blank query,
    which the API refuses.
    """

    query: str
    model: str
    top_n: int | None = None
    max_tokens_per_doc: int | None = None
    priority: int | None = None

    def __post_init__(self) -> None:
        if not self.query.strip():
            hint = "say what to look for with -q"
            raise UsageProblem("the query is blank", hint=hint)

    def about(self, documents: Iterable[str], *, top_n: int | None) -> RerankBody:
        """Return the body of a request for the best *top_n* of *documents*."""
        return RerankBody(
            model=self.model,
            query=self.query,
            documents=tuple(documents),
            top_n=top_n or None,
            max_tokens_per_doc=self.max_tokens_per_doc,
            priority=self.priority,
        )


def document_text(record: Placed, fields: Sequence[str] = ()) -> str:
    """Return what the API reads of a record: its text, or its fields as YAML.

    YAML with the fields in their own order is what the API advises for records:
    https://docs.cohere.com/docs/reranking-with-cohere. *fields* are the ones to
    take, in that order. Raises `InputProblem` for a record that has none of them.
    """
    data = _chosen(record, fields) if fields else record.data
    if isinstance(data, str):
        return data
    import yaml

    # The one written in C is ten times as fast; some builds lack it. Without a
    # width, long texts would be folded.
    return yaml.dump(
        dict(data),
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        sort_keys=False,
        allow_unicode=True,
        width=1 << 30,
    )


def location(record: Placed) -> str:
    """Return file and line of a record, for people."""
    return f"{'stdin' if record.source == '-' else record.source}:{record.line}"


def _chosen(record: Placed, fields: Sequence[str]) -> Mapping[str, Any]:
    where = location(record)
    if isinstance(record.data, str):
        what = "--field needs records with fields; this one is a text"
        hint = "leave out --field, or say what the input is with --input"
        raise InputProblem(what, where=where, hint=hint)
    chosen = {name: record.data[name] for name in fields if name in record.data}
    if not chosen:
        named = ", ".join(map(repr, fields))
        hint = f"its fields: {', '.join(map(str, record.data))}"
        raise InputProblem(f"the record has no field {named}", where=where, hint=hint)
    return chosen


BATCH_SIZE = 1_000
"""Documents in a request, as the API advises; above 10,000 it refuses."""
MAX_DOCUMENTS = RERANK_DOCUMENTS
_MAX_CHARACTERS = 8 << 20  # of one request's documents
# Read of a document by all of the API's rerankers, unless the body says otherwise.
_DEFAULT_MAX_TOKENS = 4096

LongRecordPolicy = Literal["split", "truncate", "refuse"]
RecordT = TypeVar("RecordT", bound=Placed)


@dataclass(frozen=True, slots=True)
class RecordBatch(Generic[RecordT]):
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
class Batcher:
    """How records become requests about *question*.

    `fields` are those to rank by; none are all. `size` is how many documents a
    request takes. `long` is what becomes of a record that is longer than the model
    reads.
    """

    question: RerankParameters
    fields: Sequence[str] = ()
    size: int = BATCH_SIZE
    long: LongRecordPolicy = "split"

    def of(self, records: Iterable[RecordT]) -> Iterator[RecordBatch[RecordT]]:
        """Yield *records* in their order, so many in each request.

        Only one portion is held at a time. Raises `InputProblem` for a record that
        cannot be ranked.
        """
        filling = _Filling[RecordT](0, 0)
        for record in records:
            text = document_text(record, self.fields)
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
        return self.question.max_tokens_per_doc or _DEFAULT_MAX_TOKENS

    def _is_long(self, text: str) -> bool:
        most = self._window * BYTES_PER_TOKEN
        return len(text) * 4 > most and utf8_size(text) > most

    def _is_over(self, filling: "_Filling[RecordT]", texts: Sequence[str]) -> bool:
        """Say whether *texts* do not fit beside what is there."""
        size = filling.size + sum(map(len, texts))
        return len(filling.texts) + len(texts) > self.size or size > _MAX_CHARACTERS

    def _parts(self, record: RecordT, text: str) -> Sequence[str]:
        """Return the documents that a record is sent as whose text is long."""
        where = location(record)
        match self.long:
            case "truncate":
                return (text,)  # the server does it, by the model's own tokens
            case "refuse":
                tokens = utf8_size(text) // BYTES_PER_TOKEN
                what = f"longer than the model reads: about {tokens:,} tokens"
                hint = f"it reads {self._window:,}; --long split ranks a text in parts"
                raise InputProblem(what, where=where, hint=hint)
            case "split":
                whole = split_text(text, self._window * BYTES_PER_TOKEN)
                parts = [part for part in whole if part.strip()]
                if len(parts) > MAX_DOCUMENTS:
                    what = f"longer than {MAX_DOCUMENTS:,} documents"
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

    def portion(self, question: RerankParameters) -> RecordBatch[RecordT]:
        is_split = len(self.owners) > len(self.records)
        # The best parts may all be one record's, so all of them are asked for.
        top_n = None if is_split else question.top_n
        return RecordBatch(
            self.number,
            self.first,
            self.records,
            question.about(self.texts, top_n=top_n),
            self.owners if is_split else None,
            self.long,
        )

    def next(self) -> "_Filling[RecordT]":
        return _Filling(self.number + 1, self.first + len(self.records))
