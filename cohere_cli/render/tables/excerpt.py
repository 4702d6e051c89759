"""A document on one line, and the part of it that fits and says most."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from cohere_cli.terminal import clean

# Scripts without spaces between words, and Hangul, which ends its words with
# particles: there two characters beside each other are looked for anywhere.
_PAIRED = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA = "\u30a1-\u30fa\u30fc"
_HIRAGANA = "\u3041-\u309f"
# Ranges as wide as these take long to compile if case is looked at.
_LETTER = rf"(?-i:[^\W_{_PAIRED}{_KATAKANA}{_HIRAGANA}])"
_QUERY_WORD = rf"[{_PAIRED}]+|[{_KATAKANA}]+|{_LETTER}+"
_SHORTEST = 3
# A query of more words is a text, and each word costs time at each letter.
_MOST_WORDS = 64

_STOP_WORD_TEXT = """
and any are but can could did does for from had has have her his how into its not
our should than that the their them then there these they this those was were what
when where which who whom whose why will with would you your
"""
_STOP_WORDS = frozenset(_STOP_WORD_TEXT.split())


class QueryWords:
    """Marks a document's words that begin as a word of the query does.

    Case makes no difference. Words of fewer than three letters and the commonest
    English ones count only in a query that has no others.
    """

    def __init__(self, query: str) -> None:
        self._pattern = _pattern_of(query)

    def __bool__(self) -> bool:
        return self._pattern is not None

    def first(self, text: str) -> tuple[int, int] | None:
        """Return where the first word to mark begins and ends in *text*."""
        found = self._pattern.search(text) if self._pattern else None
        return found.span() if found else None

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Cut *text* into pieces, each with whether it is to be marked."""
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
    # Most characters begin no match: seen first, that saves half the time.
    begin = "".join(word[0] if _is_spaced(word) else word for word in words)
    return re.compile(f"(?=[{begin}])(?:{'|'.join(looks)})", re.IGNORECASE)


def _is_significant(word: str) -> bool:
    if _is_spaced(word):
        return len(word) >= _SHORTEST and word not in _STOP_WORDS
    return True


def _is_spaced(word: str) -> bool:
    return re.match(_LETTER, word) is not None


def _within(word: str) -> str:
    """Return the pattern of a word that can stand within others."""
    if len(word) == 1 or re.match(f"[{_KATAKANA}]", word):
        return word
    # One by one, because pairs overlap.
    pairs = (f"{one}(?={two})|(?<={one}){two}" for one, two in pairwise(word))
    return f"(?:{'|'.join(pairs)})+"


# Characters. The server reads 4,096 tokens of a document unless told otherwise:
# a word that stands further on did not make the score.
_READ = 20_000
# With fewer columns there is none left for what stands before a word.
_ROOM_FOR_LEAD = 8
# Combining characters take no column, so more than a column's worth is measured.
_DENSEST = 8


def one_line(data: Any) -> str:
    """Return a document's values on one line, cleaned.

    A field's name says less than its value, and the line is short.
    """
    return clean(_joined(data))


def excerpt(
    data: Any, words: QueryWords, room: int, width_of: Callable[[str], int] = len
) -> str:
    """Return a document's beginning in *room* columns, as *width_of* counts them.

    Where the first of *words* would be cut off, it begins a little before that.
    What is left out on either side is marked by an ellipsis.
    """
    # What is cleaned and measured is short: a row of a long document is as quick.
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
    """Cut *text* after what fits into *room* columns, at least one."""
    kept = text[: room * _DENSEST]
    while over := _over(kept, text, room, width_of):
        kept = kept[:-over]
    return text if kept == text else f"{kept.rstrip()}…"


def truncate_start(text: str, room: int, width_of: Callable[[str], int] = len) -> str:
    """Cut *text* before what fits into *room* columns, at least one."""
    kept = text[-room * _DENSEST :]
    while over := _over(kept, text, room, width_of):
        kept = kept[over:]
    return text if kept == text else f"…{kept.lstrip()}"


def _over(kept: str, text: str, room: int, width_of: Callable[[str], int]) -> int:
    """Return how many characters of *kept* are surely too many, beside an ellipsis."""
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
