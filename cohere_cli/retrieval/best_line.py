"""The line of a passage that answers a query best, and the words to mark in it."""

import re
from functools import lru_cache
from math import log

from cohere_cli.retrieval.query import QueryTerms, Term, query_terms

__all__ = ["best_line", "query_terms", "word_pattern"]

# The forms of a word share its beginning: "retries", "retry", "retrying".
_ENDING = re.compile(r"(?:ations?|ings?|ies|ied|ed|es|ers?|s|e|y)$")
_MIN_STEM = 3
_MOST = 100  # terms; a query may be a whole text
# A part of an identifier begins and ends a word, too: both of readTimeout do.
_START = r"(?:(?<![^\W_])|(?-i:(?<=[a-z0-9])(?=[A-Z])))"
_END = r"(?:(?![^\W_])|(?-i:(?=[A-Z]))|(?=[0-9]))"
_BETWEEN = r"[\W_]{0,3}"


def best_line(terms: QueryTerms, text: str) -> int:
    """Return which line of *text*, from 0, holds most of the query; the first of them.

    A term counts once a line, by its weight, and more if few other lines have it.
    Without any term it is the first line that is not blank.
    """
    lines = text.split("\n")
    scores = [0.0] * len(lines)
    lower = text.lower()
    # A query may be a whole text: most of its words are not here.
    for term in (one for one in terms.terms if _may_be_in(lower, one)):
        found = [at for at, line in enumerate(lines) if _pattern(term).search(line)]
        for at in found:
            scores[at] += term.weight * log(1 + len(lines) / len(found))
    best = max(scores)
    if best:
        return scores.index(best)
    return next((at for at, line in enumerate(lines) if line.strip()), 0)


def _may_be_in(lower: str, term: Term) -> bool:
    """Whether a text in lower case holds the beginnings of all words of a term."""
    return all(_ENDING.sub("", word) in lower for word in term.words)


@lru_cache(8)
def word_pattern(terms: QueryTerms) -> re.Pattern[str] | None:
    """Return what finds the words of the query to mark, None without any."""
    longest = sorted(terms.terms[:_MOST], key=lambda term: -len(term.words))
    parts = [_pattern(term).pattern for term in longest]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


@lru_cache(1000)
def _pattern(term: Term) -> re.Pattern[str]:
    words = _BETWEEN.join(map(_form, term.words))
    is_unspaced = not all(word.isascii() for word in term.words)
    whole = words if is_unspaced else f"{_START}{words}{_END}"
    return re.compile(whole, re.IGNORECASE)


def _form(word: str) -> str:
    """Return a pattern for the forms of an English word."""
    stem = _ENDING.sub("", word)
    if not (word.isascii() and word.isalpha()) or len(stem) < _MIN_STEM:
        return re.escape(word)
    return rf"{stem}[a-z]{{0,5}}"
