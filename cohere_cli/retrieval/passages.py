"""Passages of files: what was found, near copies once, and neighbours as one."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cohere_cli.documents.document import Document

# Of the words of a shorter passage, the share that a near copy has, too.
_ALIKE = 0.9
_WORD = re.compile(r"\w+")


class Candidate(NamedTuple):
    """A passage that may answer a query.

    `document` is as the reader of `chat -d` gives it, with the id `path:first-last`,
    or a record. `first` and `last` are its lines in the file, from 1. `score` is
    BM25's; larger is better.
    """

    document: Document
    first: int
    last: int
    score: float

    @property
    def text(self) -> str:
        """What the passage holds: its text, or the texts of a record's fields."""
        return text_of(self.document)


def text_of(document: Document) -> str:
    """Return the text of a passage, or a record's fields, one a line."""
    data = document.data
    if isinstance(data, str):
        return data
    if isinstance(data.get("text"), str) and is_passage(document):
        return str(data["text"])
    return "\n".join(_texts(data))


def is_passage(document: Document) -> bool:
    """Whether the document is a passage of text, not a record of fields."""
    return isinstance(document.data, str) or set(document.data) == {
        "title",
        "path",
        "text",
    }


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return *candidates*, of near copies of one text only the first."""
    kept: list[Candidate] = []
    seen: list[frozenset[str]] = []
    for candidate in candidates:
        words = frozenset(_WORD.findall(candidate.text.casefold()))
        if not any(_are_alike(words, other) for other in seen):
            kept.append(candidate)
            seen.append(words)
    return kept


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    least, most = sorted((len(one), len(other)))
    return least >= _ALIKE * most and len(one & other) >= _ALIKE * most


def joined(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return *candidates*; those whose lines follow each other in a file are one.

    It stands where the better one was, with its score and the text of all of its
    lines, blank ones between the passages included.
    """
    kept: list[Candidate] = []
    for candidate in candidates:
        merged = candidate
        at = len(kept)
        for index in range(len(kept) - 1, -1, -1):
            if (both := _union(kept[index], merged)) is not None:
                merged = both
                at = min(at, index)
                del kept[index]
        kept.insert(at, merged)
    return kept


def _union(one: Candidate, other: Candidate) -> Candidate | None:
    """Return two passages that follow each other as one, else None."""
    first, second = sorted((one, other), key=lambda each: each.first)
    are_passages = is_passage(one.document) and is_passage(other.document)
    if not are_passages or one.document.source != other.document.source:
        return None
    if second.first != first.last + 1:
        return None
    document = first.document
    text = f"{first.text}\n{second.text}"
    name = document.id.rpartition(":")[0]
    data = document.data if isinstance(document.data, str) else dict(document.data)
    data = text if isinstance(data, str) else {**data, "text": text}
    whole = document._replace(
        data=data, raw=text.encode(), id=f"{name}:{first.first}-{second.last}"
    )
    return Candidate(whole, first.first, second.last, max(one.score, other.score))
