"""Extractive answers: the sentences of the sources that match a question best."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.requests import Document, DocumentContent, ToolMessage
from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.answer import Answer
from cohere_cli.sandbox.answers.ranking import bm25_scores
from cohere_cli.sandbox.answers.text import (
    CLOSERS,
    ENDS,
    content_words,
    sentences,
    stems,
)
from cohere_cli.strict_json import loads

_TEXT_FIELDS = {"text", "snippet", "content", "body", "data", "summary", "description"}
_NAME_FIELDS = {"id", "title", "name", "url", "uri", "link", "path", "file", "filename"}
_MIN_PROSE_WORDS = 5  # words; fewer are a value, not a sentence


class Part(NamedTuple):
    """Text of the source, and text that the sandbox puts before it."""

    before: str
    text: str


Quote = tuple[Part, ...]
"""A sentence, or the values of one record."""


class Field(NamedTuple):
    """A value at any depth of a source; `name` is the nearest key above it."""

    name: str
    text: str


@value_class
class Evidence:
    """A source, its quotable sentences, and its title and other names."""

    source: Source
    quotes: tuple[Quote, ...]
    heading: str = ""


def from_documents(documents: tuple[str | Document, ...]) -> list[Evidence]:
    """Read the request's documents; one without an id is `doc:0`, `doc:1`..."""
    return [_document(f"doc:{at}", each) for at, each in enumerate(documents)]


def from_results(results: tuple[ToolMessage, ...]) -> list[Evidence]:
    """Read tool results; a document without an id is `<id of the call>:0`..."""
    return [_result(*output) for result in results for output in _outputs(result)]


def result_fields(results: Iterable[ToolMessage]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of all tool results, those of the first row last."""
    outputs = [fields for result in results for _, fields in _outputs(result)]
    for fields in reversed(outputs):
        yield from fields.items()


def id_of(default: str, document: str | Document) -> str:
    """Return the id of *document* in citations."""
    return default if isinstance(document, str) else document.id or default


def _document(default: str, document: str | Document) -> Evidence:
    data = document if isinstance(document, str) else document.data
    fields = {"text": data} if isinstance(data, str) else data
    name = id_of(default, document)
    statements = {key: value for key, value in fields.items() if key != "id"}
    whole = dict(sorted({**fields, "id": name}.items()))
    return _evidence({"type": "document", "id": name, "document": whole}, statements)


def _outputs(result: ToolMessage) -> Iterator[tuple[str, Mapping[str, Any]]]:
    blocks = (result.content,) if isinstance(result.content, str) else result.content
    for at, block in enumerate(blocks):
        name = f"{result.tool_call_id}:{at}"
        match block:
            case str(text):
                yield name, _output_fields(text)
            case DocumentContent(document=document):
                yield id_of(name, document), _output_fields(document.data)
            case _:
                yield name, _output_fields(block.text)


def _output_fields(data: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """Return an output's fields; text that is not a JSON object is one field."""
    if not isinstance(data, str):
        return data
    try:
        found = loads(data)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"content": data}


def _result(name: str, output: Mapping[str, Any]) -> Evidence:
    return _evidence({"type": "tool", "id": name, "tool_output": output}, output)


def _evidence(source: Mapping[str, Any], data: Mapping[str, Any]) -> Evidence:
    records = list(_records("", data))
    prose = [field for field in chain(*records) if _is_prose(field)]
    naming = [field for field in chain(*records) if field.name.lower() in _NAME_FIELDS]
    quotes = [_as_quote(parts) for field in prose for parts in sentences(field.text)]
    # A title states nothing: quote it only if there is nothing else.
    skipped = {*prose, *naming} if quotes else {*prose}
    for record in records:
        facts = [field for field in record if field not in skipped]
        quotes += [_facts_quote(facts)] if facts else []
    heading = " ".join(field.text for field in naming)
    return Evidence(Source(source), tuple(filter(None, quotes)), heading)


def _records(name: str, data: Any) -> Iterator[list[Field]]:
    """Yield the values of each object in *data*, outer objects first."""
    items = data.items() if isinstance(data, Mapping) else ((name, v) for v in data)
    own: list[Field] = []
    inner: list[tuple[str, Any]] = []
    for key, value in items:
        if isinstance(value, Mapping | list | tuple):
            inner.append((str(key), value))
        elif value is not None:
            own.append(Field(str(key), _as_text(value)))
    yield own
    for key, value in inner:
        yield from _records(key, value)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_prose(field: Field) -> bool:
    known = field.name.lower()
    if known in _NAME_FIELDS:
        return False
    return (
        known in _TEXT_FIELDS
        or len(field.text.split(maxsplit=_MIN_PROSE_WORDS)) >= _MIN_PROSE_WORDS
    )


def _as_quote(parts: tuple[str, ...]) -> Quote:
    return tuple(Part(" " if at else "", text) for at, text in enumerate(parts))


def _facts_quote(facts: list[Field]) -> Quote:
    """Format values as `name: value, name: value`; a repeated name appears once."""
    quote: list[Part] = []
    last = ""
    for name, text in facts:
        first = next(sentences(text), ())
        lead = f"{', ' if quote else ''}{'' if name == last else f'{name}: '}"
        quote += [Part(lead, first[0])] if first else []
        last = name if first else last
    return tuple(quote)


_MIN_QUOTES = 2
_MAX_QUOTES = 4
_MIN_RELATIVE_SCORE = 0.35  # of the best score; lower ones are not quoted
_SAME_SOURCE_FACTOR = 0.75  # weight of each further quote of a source
_MAX_LEADING = 3
_SUMMARY_WORDS = content_words(
    "summarise summarize summary sum recap overview outline gist digest tldr"
)

NO_MATCH = "No word of the question occurs in the sources. The closest there is:"
NO_TEXT = "The sources hold no text that can be quoted."


@value_class
class _Candidate:
    quote: Quote
    sources: tuple[Source, ...]
    source_index: int  # the first source that has it
    stems: Sequence[str]


def quote_evidence(
    question: str, evidence: Sequence[Evidence], *, excuse: str = NO_MATCH
) -> Answer:
    """Answer *question* by citing two to four sentences of *evidence*.

    The best source comes first; sentences of one source keep their order. If no
    word matches, the first sentence of each source is quoted after *excuse*, which
    is left out if the question asks for a summary.
    """
    candidates = _candidates(evidence)
    if not candidates:
        return Answer(NO_TEXT)
    found = bm25_scores(question, (candidate.stems for candidate in candidates))
    if any(found):
        return _compose("", _select_best(candidates, found))
    lead = "" if content_words(question) & _SUMMARY_WORDS else excuse
    return _compose(lead, _first_quotes(candidates))


def _candidates(evidence: Sequence[Evidence]) -> list[_Candidate]:
    """Return each distinct quote once, with all sources that contain it."""
    found: dict[Quote, _Candidate] = {}
    for index, each in enumerate(evidence):
        heading = stems(each.heading)
        for quote in dict.fromkeys(each.quotes):
            if earlier := found.get(quote):
                sources = (*earlier.sources, each.source)
                found[quote] = replace(earlier, sources=sources)
            else:
                words = stems("".join(map("".join, quote))) + heading
                found[quote] = _Candidate(quote, (each.source,), index, words)
    return list(found.values())


def _select_best(
    candidates: Sequence[_Candidate], found: list[float]
) -> list[_Candidate]:
    """Select the best candidates and put them in reading order."""
    enough = max(found) * _MIN_RELATIVE_SCORE
    left = {at: score for at, score in enumerate(found) if score > 0}
    chosen: list[int] = []
    while left and len(chosen) < _MAX_QUOTES:
        quoted = Counter(candidates[at].source_index for at in chosen)
        worth = {
            at: score * _SAME_SOURCE_FACTOR ** quoted[candidates[at].source_index]
            for at, score in left.items()
        }
        best = max(worth, key=lambda at: (worth[at], -at))
        if len(chosen) >= _MIN_QUOTES and worth[best] < enough:
            break
        chosen.append(best)
        del left[best]
    sources = [candidates[at].source_index for at in chosen]
    chosen.sort(key=lambda at: (sources.index(candidates[at].source_index), at))
    return [candidates[at] for at in chosen]


def _first_quotes(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    first: dict[int, _Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.source_index, candidate)
    return list(first.values())[:_MAX_LEADING]


def _compose(lead: str, chosen: Iterable[_Candidate]) -> Answer:
    text = lead
    citations: list[Citation] = []
    for candidate in chosen:
        text += " " if text else ""
        for before, quoted in candidate.quote:
            start = len(text) + len(before)
            text += before + quoted
            citation = Citation(start, len(text), quoted, candidate.sources)
            citations.append(citation)
        text += "" if _is_complete(text) else "."
    return Answer(text, tuple(citations))


def _is_complete(text: str) -> bool:
    return text.rstrip(CLOSERS).endswith((*ENDS, ":", ";"))
