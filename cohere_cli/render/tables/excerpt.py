"""A document on one line, and the excerpt of it that fits a given width."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from cohere_cli.terminal import clean
from cohere_cli.text import STOP_WORDS

# Scripts without spaces between words, and Hangul, which adds particles to words:
# there, pairs of adjacent characters are searched for anywhere.
_PAIRED = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA = "\u30a1-\u30fa\u30fc"
_HIRAGANA = "\u3041-\u309f"
# Ignoring case, ranges as wide as these take long to compile.
_LETTER = rf"(?-i:[^\W_{_PAIRED}{_KATAKANA}{_HIRAGANA}])"
_QUERY_WORD = rf"[{_PAIRED}]+|[{_KATAKANA}]+|{_LETTER}+"
_SHORTEST = 3
# Each word costs time at each letter; a longer query is cut.
_MOST_WORDS = 64


class QueryWords:
    """Finds a document's words that start with a word of the query.

    Case is ignored. Words of fewer than three letters and English stop words count
    only in a query that has no others.
    """

    def __init__(self, query: str) -> None:
        self._pattern = _pattern_of(query)

    def __bool__(self) -> bool:
        return self._pattern is not None

    def first(self, text: str) -> tuple[int, int] | None:
        """Return the span of the first match in *text*."""
        found = self._pattern.search(text) if self._pattern else None
        return found.span() if found else None

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Split *text* into pieces, each with whether it is a match."""
        done = 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            if found.start() > done:
                yield text[done : found.start()], False
            yield found[0], True
            done = found.end()
        if done < len(text):
            yield text[done:], False


def _pattern_of(query: str) -> re.Pattern[str] | None:
    found = list(dict.fromkeys(re.findall(_QUERY_WORD, query.lower())))
    words = ([word for word in found if _is_significant(word)] or found)[:_MOST_WORDS]
    if not words:
        return None
    spaced = [word for word in words if _is_spaced(word)]
    looks = [_within(word) for word in words if not _is_spaced(word)]
    if spaced:
        looks.append(rf"(?<!{_LETTER})(?:{'|'.join(spaced)}){_LETTER}*")
    # Most characters begin no match; testing that first saves half the time.
    begin = "".join(word[0] if _is_spaced(word) else word for word in words)
    return re.compile(f"(?=[{begin}])(?:{'|'.join(looks)})", re.IGNORECASE)


def _is_significant(word: str) -> bool:
    if _is_spaced(word):
        return len(word) >= _SHORTEST and word not in STOP_WORDS
    return True


def _is_spaced(word: str) -> bool:
    return re.match(_LETTER, word) is not None


def _within(word: str) -> str:
    """Return the pattern of a word that may be inside others."""
    if len(word) == 1 or re.match(f"[{_KATAKANA}]", word):
        return word
    # One by one, because pairs overlap.
    pairs = (f"{one}(?={two})|(?<={one}){two}" for one, two in pairwise(word))
    return f"(?:{'|'.join(pairs)})+"


# Characters. By default the server reads 4,096 tokens of a document: a word after
# them did not affect the score.
_READ = 20_000
# With fewer columns there is no room for context before a match.
_ROOM_FOR_LEAD = 8
# Characters per column: combining characters take none.
_DENSEST = 8


def one_line(data: Any) -> str:
    """Return a document's values, without the fields' names, on one line, cleaned."""
    return clean(_joined(data))


def excerpt(
    data: Any, words: QueryWords, room: int, width_of: Callable[[str], int] = len
) -> str:
    """Return an excerpt of a document in *room* columns, measured by *width_of*.

    It starts at the beginning or, if the first match of *words* would be cut off, a
    little before that. An ellipsis marks omissions on either side.
    """
    # Only what can fit is cleaned and measured, however long the document is.
    most = room * _DENSEST + 1
    text = _joined(data, _READ if words else most)
    found = words.first(text) if room >= _ROOM_FOR_LEAD else None
    if found is None or _fits(text[: found[1]], room - 1, width_of):
        return truncate_end(clean(text[:most]), room, width_of)
    at, _ = found
    _, space, lead = text[at - min(at, room // 4) : at].partition(" ")
    rest = text[at - len(lead) if space else at :]
    if _fits(rest, room - 1, width_of):
        return truncate_start(clean(text[-most:]), room, width_of)
    return "…" + truncate_end(clean(rest[:most]), room - 1, width_of)


def truncate_end(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Return *text*, cut at the end to *room* columns (at least one)."""
    kept = text[: room * _DENSEST]
    while over := _over(kept, text, room, width_of):
        kept = kept[:-over]
    return text if kept == text else f"{kept.rstrip()}…"


def truncate_start(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Return *text*, cut at the start to *room* columns (at least one)."""
    kept = text[-room * _DENSEST :]
    while over := _over(kept, text, room, width_of):
        kept = kept[over:]
    return text if kept == text else f"…{kept.lstrip()}"


def truncate_middle(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Return *text*, cut in its middle to *room* columns; more is left of its end.

    In a path, the start says whose it is and the end which one.
    """
    if _fits(text, room, width_of):
        return text
    start = truncate_end(text, max(room // 3, 1), width_of)
    end = truncate_start(text, room - width_of(start) + 1, width_of)
    return truncate_start(text, room, width_of) if start == "…" else start + end[1:]


def _over(kept: str, text: str, room: int, width_of: Callable[[str], int]) -> int:
    """Return how many characters of *kept* certainly do not fit, with an ellipsis."""
    too_many = width_of(kept) + (kept != text) - room
    # A character takes two columns at most.
    return (max(too_many, 0) + 1) // 2 if kept else 0


def _fits(text: str, room: int, width_of: Callable[[str], int]) -> bool:
    return len(text) <= room * _DENSEST and width_of(clean(text)) <= room


def _joined(data: Any, most: int | None = None) -> str:
    return " ".join(" · ".join(_values(data))[:most].split())


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        yield from (value for item in data.values() for value in _values(item))
    elif isinstance(data, list):
        yield from (value for item in data for value in _values(item))
    elif data is not None:
        yield str(data)
