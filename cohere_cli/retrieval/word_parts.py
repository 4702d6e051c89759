"""The parts of identifiers, and of scripts that are written without spaces."""

import re
from functools import lru_cache

# `readTimeout`, `HTTPServer`. Possessive: no character of a word is read twice.
_HUMPED = re.compile(r"\b(?:[A-Z_]*+[a-z0-9_]++[A-Z]|[A-Z]{2,}[a-z])\w*+", re.ASCII)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
# Han, Kana, Hangul and Thai, with what stands within their words.
_UNSPACED = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]+"
)


def extra_words(text: str) -> str:
    """Return the parts of `readTimeout` in *text*, and the bigrams of unspaced runs.

    The parts of `read_timeout` are words for the tokenizer of SQLite itself.
    """
    parts = " ".join(map(_spaced_parts, _HUMPED.findall(text)))
    if text.isascii():
        return parts
    pairs = (pair for run in _UNSPACED.findall(text) for pair in bigrams(run))
    return " ".join((parts, *pairs))


# Of a name that is on every page, once.
@lru_cache(10_000)
def _spaced_parts(name: str) -> str:
    return " ".join(_PART.findall(name))


def name_parts(name: str) -> list[str]:
    """Return the parts of an identifier: `HTTPServer2` has HTTP, Server and 2."""
    return _PART.findall(name)


def unspaced_runs(text: str) -> list[str]:
    """Return the runs of characters in *text* that are indexed by bigrams."""
    return [] if text.isascii() else _UNSPACED.findall(text)


def without_unspaced(text: str) -> str:
    """Return *text* with a space for each run of characters indexed by bigrams."""
    return text if text.isascii() else _UNSPACED.sub(" ", text)


def bigrams(run: str) -> list[str]:
    """Return each two neighbouring characters of *run*, itself if it has only one."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
