"""The words of a query, found again in a document: where to look, what to mark."""

import re
from collections.abc import Iterator
from itertools import pairwise

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

_LITTLE = """
and any are but can could did does for from had has have her his how into its not
our should than that the their them then there these they this those was were what
when where which who whom whose why will with would you your
"""
_LITTLE_WORDS = frozenset(_LITTLE.split())


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
    words = ([word for word in found if _is_telling(word)] or found)[:_MOST_WORDS]
    if not words:
        return None
    spaced = [word for word in words if _is_spaced(word)]
    looks = [_within(word) for word in words if not _is_spaced(word)]
    if spaced:
        looks.append(rf"(?<!{_LETTER})(?:{'|'.join(spaced)}){_LETTER}*")
    # Most characters begin no match: seen first, that saves half the time.
    begin = "".join(word[0] if _is_spaced(word) else word for word in words)
    return re.compile(f"(?=[{begin}])(?:{'|'.join(looks)})", re.IGNORECASE)


def _is_telling(word: str) -> bool:
    if _is_spaced(word):
        return len(word) >= _SHORTEST and word not in _LITTLE_WORDS
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
