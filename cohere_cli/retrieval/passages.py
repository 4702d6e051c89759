"""Passages of files: what was found, near copies once, and neighbours as one."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.text import shown_source

_FIELDS = {"title", "path", "text"}
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
    """Return the text of a passage, or a record's fields, each on a line."""
    data = document.data
    if isinstance(data, str):
        return data
    if is_passage(document):
        return str(data["text"])
    return "\n".join(f"{name}: {_words(value)}" for name, value in data.items())


def is_passage(document: Document) -> bool:
    """Whether the document is a passage of a text file, not a record of fields."""
    return not isinstance(document.data, str) and document.data.keys() == _FIELDS


def _words(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return " ".join(map(_words, value))
    return "" if value is None else str(value)


def grouped(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Return *candidates* in groups that have the same words, in their order.

    Case, blanks and punctuation make no difference; a number does.
    """
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        text = candidate.text
        words = " ".join(_WORD.findall(text.casefold()))
        groups.setdefault(words or text.strip(), []).append(candidate)
    return list(groups.values())


def joined(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return *candidates*; those between which a file has only blank lines are one.

    Such a passage stands where the better one was, with its score and the id
    `path:first-last`; its text is that of the file, whose lines are read again.
    """
    kept: list[Candidate] = []
    lines_of: dict[str, list[str]] = {}
    for candidate in candidates:
        merged, at = candidate, len(kept)
        for index in reversed(range(len(kept))):
            both = _union(kept[index], merged, lines_of)
            if both is not None:
                merged, at = both, min(at, index)
                del kept[index]
        kept.insert(at, merged)
    return kept


def _union(
    one: Candidate, other: Candidate, lines_of: dict[str, list[str]]
) -> Candidate | None:
    """Return two passages as one if they follow each other, else None."""
    first, second = sorted((one, other), key=lambda each: each.first)
    path = first.document.source
    if path != second.document.source or second.first <= first.last:
        return None
    if not (is_passage(first.document) and is_passage(second.document)):
        return None
    if path not in lines_of:
        lines_of[path] = _whole_lines(path)
    lines = lines_of[path]
    are_whole = all(
        _text(lines, one.first, one.last) == one.text for one in (first, second)
    )
    if not are_whole or any(map(str.strip, lines[first.last : second.first - 1])):
        return None
    text = _text(lines, first.first, second.last)
    document = first.document._replace(
        data={**_fields(first.document), "text": text},
        raw=text.encode(),
        id=f"{shown_source(path)}:{first.first}-{second.last}",
    )
    return Candidate(document, first.first, second.last, max(one.score, other.score))


def _fields(document: Document) -> dict[str, Any]:
    return {} if isinstance(document.data, str) else dict(document.data)


def _text(lines: list[str], first: int, last: int) -> str:
    return "\n".join(lines[first - 1 : last]).removesuffix("\r")


def _whole_lines(path: str) -> list[str]:
    """Return the lines of a file as passages have them, none if it is not text."""
    from cohere_cli.documents.formats.text import text_record
    from cohere_cli.documents.open_file import open_regular_file
    from cohere_cli.documents.source import Source

    try:
        with open_regular_file(path) as stream:
            records = text_record(Source.begin(path, stream))
    except InputProblem:
        return []
    return [line for each in records for line in str(each.data).split("\n")]
