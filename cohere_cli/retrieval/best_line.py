"""The line of a passage that answers a query best, and the words to mark in it."""

import re
from functools import lru_cache

from cohere_cli.retrieval.query import QueryTerms, Term, query_terms

__all__ = ["best_line", "query_terms", "word_pattern"]

# A word and its forms share their beginning: "retries", "retry", "retrying".
_ENDING = re.compile(r"(?:ations?|ings?|ies|ied|ed|es|ers?|s|e|y)$")
_MIN_STEM = 3


def best_line(terms: QueryTerms, text: str) -> int:
    """Return which line of *text*, from 0, holds most of the query; the first of them.

    It counts each term once, by its weight; without any it is the first line that is
    not blank.
    """
    patterns = [(_term_pattern(term), term.weight) for term in terms.terms]
    best, best_weight = -1, 0.0
    for at, line in enumerate(text.split("\n")):
        weight = sum(weight for pattern, weight in patterns if pattern.search(line))
        if weight > best_weight or (best < 0 and line.strip()):
            best, best_weight = at, weight
    return max(best, 0)


@lru_cache(8)
def word_pattern(terms: QueryTerms) -> re.Pattern[str] | None:
    """Return what finds the words of the query to mark, None without any."""
    longest = sorted(terms.terms, key=lambda term: -len(term.words))
    parts = [_term_pattern(term).pattern for term in longest]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


@lru_cache(1000)
def _term_pattern(term: Term) -> re.Pattern[str]:
    forms = [_form(word) for word in term.words]
    return re.compile(r"[\W_]{0,3}".join(forms), re.IGNORECASE)


def _form(word: str) -> str:
    if not word.isascii():
        return re.escape(word)
    stem = _ENDING.sub("", word)
    if not word.isalpha() or len(stem) < _MIN_STEM:
        return rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
    return rf"(?<![^\W_]){re.escape(stem)}[a-z]{{0,5}}(?![^\W_])"
