"""A query as terms: words, phrases, names of code and files, and their weights."""

import re
from typing import NamedTuple

from cohere_cli.retrieval.word_parts import (
    bigrams,
    name_parts,
    unspaced_runs,
    without_unspaced,
)
from cohere_cli.text import STOP_WORDS

_QUOTED = re.compile(r'"([^"]+)"')
# Marks belong to the letters of many scripts, but not to `\w`: accents that stand for
# themselves, Hebrew, Arabic, those of India and South East Asia.
_LETTERS = (
    r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u06ed\u0900-\u0963\u0966-\u109f"
    r"\u1780-\u17d3])+"
)
_WORD = re.compile(rf"{_LETTERS}(?:[_./:-]+{_LETTERS})*")
_SIMPLE = re.compile(_LETTERS)
_NAME = re.compile(r".*(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[_./:]|\d)")
_NAME_WEIGHT = 1.5
_PHRASE_WEIGHT = 2.0
# `readTimeout` as `read_timeout`: where the name itself is, this is, too.
_SPLIT_WEIGHT = 0.5


class Term(NamedTuple):
    """Words that are next to each other in a passage, and what a match weighs."""

    words: tuple[str, ...]
    weight: float = 1.0

    @property
    def match(self) -> str:
        """The term as FTS5 takes it; no character of it is an operator."""
        return '"' + " ".join(self.words) + '"'


class QueryTerms(NamedTuple):
    """The terms of a query, each once."""

    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)


def query_terms(query: str) -> QueryTerms:
    """Return the terms of *query*; words in double quotes are one, a phrase.

    English words such as `the` count only in a query that has no others: a passage
    that has nothing else of a question does not answer it.
    """
    found: dict[tuple[str, ...], Term] = {}
    for term in _terms(query):
        key = tuple(word.lower() for word in term.words)
        if key not in found or found[key].weight < term.weight:
            found[key] = term._replace(words=key)
    telling = [
        one
        for key, one in found.items()
        if not (len(key) == 1 and key[0] in STOP_WORDS)
    ]
    return QueryTerms(tuple(telling or found.values()))


def _terms(query: str) -> list[Term]:
    terms = []
    for quoted in _QUOTED.findall(query):
        words = tuple(_SIMPLE.findall(without_unspaced(quoted)))
        if words:
            terms.append(Term(words, _PHRASE_WEIGHT if len(words) > 1 else 1.0))
    rest = _QUOTED.sub(" ", query)
    for run in unspaced_runs(query):
        terms += [Term((pair,)) for pair in bigrams(run)]
    for word in _WORD.findall(without_unspaced(rest)):
        terms += _word_terms(word)
    return terms


def _word_terms(word: str) -> list[Term]:
    whole = tuple(_SIMPLE.findall(word))
    weight = _NAME_WEIGHT if _NAME.match(word) else 1.0
    parts = tuple(part for one in whole for part in name_parts(one))
    terms = [Term(whole, weight)]
    if parts != whole:
        terms.append(Term(parts, _SPLIT_WEIGHT))
    # The parts of OpenSSL or JavaScript are other words than the name.
    single = parts if word[0].islower() else whole
    if len(single) > 1:
        terms += [Term((part,)) for part in single if len(part) > 1]
    return terms
