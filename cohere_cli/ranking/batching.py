"""Splits records into batches: rerank requests of a size that the API accepts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, Literal

from cohere_cli.api.protocol.models import RERANK_DOCUMENTS
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import Ranking
from cohere_cli.documents.document import Document
from cohere_cli.documents.record_text import document_text, location
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.record import value_class

BYTES_PER_TOKEN = 3
"""Of UTF-8. Low on purpose, to overestimate tokens: prose has 4 to 5, code and East
Asian scripts about 3. Only the server knows the model's own tokens."""

# Where a text may be split, the best places first: after a sentence or a line, then
# after any word.
_SENTENCE = re.compile(
    "(?<=[.!?\u2026])[\"'\u201d\u2019\u00bb)\\]]*\\s+|(?<=[\u3002\uff01\uff1f])|\n+"
)
_WORD = re.compile(r"\s+")


def utf8_size(text: str) -> int:
    """Return the size of *text* in UTF-8, in bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def split_text(text: str, limit: int) -> Iterator[str]:
    """Split *text* into parts of at most *limit* bytes; joined, they are the text."""
    part: list[str] = []
    size = 0
    for piece in _pieces(text, limit, (_SENTENCE, _WORD)):
        length = utf8_size(piece)
        if size + length > limit:
            yield "".join(part)
            part, size = [], 0
        part.append(piece)
        size += length
    yield "".join(part)


def _pieces(
    text: str, limit: int, boundaries: tuple[re.Pattern[str], ...]
) -> Iterator[str]:
    """Yield pieces of at most *limit* bytes, split at the best boundary possible."""
    if utf8_size(text) <= limit:
        yield text
    elif not boundaries:
        step = max(limit // 4, 1)  # a character has at most 4 bytes
        yield from (text[at : at + step] for at in range(0, len(text), step))
    else:
        for piece in _split_after(boundaries[0], text):
            yield from _pieces(piece, limit, boundaries[1:])


def _split_after(boundary: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in boundary.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


@value_class
class RerankParameters:
    """What all requests of one ranking have in common.

    A `top_n` of 0 or None asks for all documents. Raises `UsageProblem` for a blank
    query, which the API rejects.
    """

    query: str
    model: str
    top_n: int | None = None
    max_tokens_per_doc: int | None = None
    priority: int | None = None

    def __post_init__(self) -> None:
        if not self.query.strip():
            raise UsageProblem("the query is blank", hint="give one with -q TEXT")

    def body(self, documents: Iterable[str], *, top_n: int | None) -> RerankBody:
        """Return the body of a request for the best *top_n* of *documents*."""
        texts = tuple(documents)
        return RerankBody(
            model=self.model,
            query=self.query,
            documents=texts,
            # Some servers refuse a number larger than that of the documents.
            top_n=min(top_n, len(texts)) if top_n else None,
            max_tokens_per_doc=self.max_tokens_per_doc,
            priority=self.priority,
        )


MAX_DOCUMENTS = RERANK_DOCUMENTS

_MAX_CHARACTERS = 8 << 20  # of one request's documents
# The API's default limit for all models, unless the body sets another.
_DEFAULT_MAX_TOKENS = 4096

LongRecordPolicy = Literal["split", "truncate", "refuse"]


@value_class
class RecordBatch:
    """The records of one request; the first is number `first` of all, from 0.

    `owners` has, for each document of the body, the places in `records` of the
    records that it is the text of, or a part of; None where each record is one
    document of its own. `long_records` counts the records that are longer than the
    model reads.
    """

    first: int
    records: Sequence[Document]
    body: RerankBody
    owners: Sequence[Sequence[int]] | None = None
    long_records: int = 0

    def scores(self, ranking: Ranking) -> Iterable[tuple[int, float]]:
        """Return places in `records` and their scores; a split record's best part's."""
        pairs = [(one.index, one.relevance_score) for one in ranking.results]
        if self.owners is None:
            return pairs
        best: dict[int, float] = {}
        for index, score in pairs:  # best first
            for place in self.owners[index]:
                best.setdefault(place, score)
        return best.items()

    def response(self, ranking: Ranking) -> Mapping[str, Any]:
        """Return the server's object, with a result for each record.

        Of a batch with split records it has none: they would be about parts.
        """
        if self.owners is None:
            return ranking.response
        if self._is_split:
            return {**ranking.response, "results": []}
        expanded = [
            {**result, "index": place}
            for one, result in zip(
                ranking.results, ranking.response["results"], strict=True
            )
            for place in self.owners[one.index]
        ]
        return {**ranking.response, "results": expanded}

    @property
    def _is_split(self) -> bool:
        return sum(map(len, self.owners or ())) > len(self.records)


@value_class
class Batcher:
    """Makes requests of records.

    `fields` are those to rank by; none means all. `size` is the number of documents
    in a request; the API recommends 1,000. `long` is what to do with a record that is
    longer than the model reads. `bad` takes the errors of records that cannot be
    ranked.
    """

    parameters: RerankParameters
    fields: Sequence[str] = ()
    size: int = 1_000
    long: LongRecordPolicy = "split"
    bad: BadRecords = field(default_factory=BadRecords)

    def batches(self, records: Iterable[Document]) -> Iterator[RecordBatch]:
        """Yield *records* in their order, in batches; only one is held at a time.

        Raises `InputProblem` for a long record that is to be refused.
        """
        builder = _BatchBuilder(0)
        limit = self._max_bytes
        for record, text in self._texts(records):
            # A character has at most 4 bytes.
            is_long = len(text) * 4 > limit and utf8_size(text) > limit
            texts = self._parts(record, text) if is_long else (text,)
            if not texts:
                continue
            size = sum(map(len, texts)) if is_long else len(text)
            if builder.texts and (
                len(builder.texts) + len(texts) > self.size
                or builder.size + size > _MAX_CHARACTERS
            ):
                yield builder.build(self.parameters)
                builder = _BatchBuilder(builder.first + len(builder.records))
            builder.add(record, texts, size)
            builder.long_records += is_long
        if builder.texts:
            yield builder.build(self.parameters)

    def _texts(self, records: Iterable[Document]) -> Iterator[tuple[Document, str]]:
        for record in records:
            try:
                text = document_text(record, self.fields)
            except InputProblem as exc:
                self.bad.add(exc)
            else:
                yield record, text

    @property
    def _max_bytes(self) -> int:
        """Bytes of a document that the model reads, as `BYTES_PER_TOKEN` estimates."""
        tokens = self.parameters.max_tokens_per_doc or _DEFAULT_MAX_TOKENS
        return tokens * BYTES_PER_TOKEN

    def _parts(self, record: Document, text: str) -> Sequence[str]:
        """Return the documents that a record with a long *text* is sent as.

        None if it needs too many.
        """
        match self.long:
            case "truncate":
                return (text,)  # the server does it, by the model's own tokens
            case "refuse":
                tokens = f"about {utf8_size(text) // BYTES_PER_TOKEN:,} tokens"
                most = self._max_bytes // BYTES_PER_TOKEN
                what = f"record of {tokens} exceeds the model's {most:,}"
                hint = "--long split ranks it by its best part"
                raise InputProblem(what, where=location(record), hint=hint)
            case "split":
                return self._split(record, text)

    def _split(self, record: Document, text: str) -> Sequence[str]:
        parts = split_text(text, self._max_bytes)
        documents = [part for part in parts if part.strip()]
        if len(documents) <= MAX_DOCUMENTS:
            return documents
        what = f"record needs more than {MAX_DOCUMENTS:,} documents"
        hint = "split it into several records"
        self.bad.add(InputProblem(what, where=location(record), hint=hint))
        return ()


@dataclass(slots=True)
class _BatchBuilder:
    """A batch that is being filled.

    `split` has the places of split records and the numbers of their texts.
    """

    first: int
    records: list[Document] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    split: dict[int, int] = field(default_factory=dict)
    size: int = 0
    long_records: int = 0

    def add(self, record: Document, texts: Sequence[str], size: int) -> None:
        """Add *record*, to be sent as *texts* of *size* characters in all."""
        if len(texts) > 1:
            self.split[len(self.records)] = len(texts)
        self.records.append(record)
        self.texts += texts
        self.size += size

    def build(self, parameters: RerankParameters) -> RecordBatch:
        documents = dict.fromkeys(self.texts)  # equal texts are sent once
        is_plain = len(documents) == len(self.records) == len(self.texts)
        # All of the best parts may be one record's, so scores of all are requested.
        top_n = None if self.split else parameters.top_n
        return RecordBatch(
            self.first,
            self.records,
            parameters.body(documents, top_n=top_n),
            None if is_plain else self._owners(),
            self.long_records,
        )

    def _owners(self) -> Sequence[Sequence[int]]:
        """Return the places of the records of each different text."""
        places = range(len(self.records))
        each = chain.from_iterable(repeat(at, self.split.get(at, 1)) for at in places)
        owners: dict[str, list[int]] = {}
        for text, place in zip(self.texts, each, strict=True):
            owners.setdefault(text, []).append(place)
        return list(owners.values())
