"""Citation markers, put into Markdown source where they hurt nothing."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from cohere_cli.terminal import clean

# The word joiner tells our markers from a model's own "[1]": clean() leaves none
# in text from outside.
MARKERS = re.compile("(?:\\[\u2060[0-9]+\\])+")
"""What markers at one place look like, after Markdown took their backslashes."""

Mark = tuple[int, list[int]]
"""Where a cited span ends, in code points, and the numbers of its sources."""

Span = tuple[int, int]
"""Where something begins and ends in source, in code points."""

# An entity would become the joiner after all, once the source is read.
_JOINER_ENTITY = re.compile(r"&(?=#0*8288;|#[xX]0*2060;|NoBreak;)")
# Escapes, entities, a link's address and an address alone.
_UNBROKEN = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});"
    r"|\]\((?:[^()\s]|\([^()\s]*\))*(?:\s\"[^\"\n]*\")?\)"
    r"|<[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\s]*>"
)
_BACKTICKS = re.compile(r"(?<![\\`])`+")
_ZWJ = "\u200d"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_CLOSING = re.compile(r"[*_~]+(?!\w)")


def marked(source: str, marks: Iterable[Mark]) -> str:
    """Return *source* cleaned, with a marker for each number after its span."""
    spans = [*code_spans(source), *_unbroken(source)] if marks else []
    places: dict[int, dict[int, None]] = {}
    for end, numbers in marks:
        place = places.setdefault(place_after(source, end, spans), {})
        place.update(dict.fromkeys(numbers))
    return "".join(_pieces(source, places))


def marker_line(marks: Iterable[Mark]) -> str:
    """Return all markers side by side, for text that cannot hold any itself."""
    return marker(number for _, numbers in marks for number in numbers)


def marker(numbers: Iterable[int]) -> str:
    """Return the markers for *numbers*, each once."""
    # Escaped: "[1]" before "(" would be a link.
    return "".join(f"\\[\u2060{number}\\]" for number in dict.fromkeys(numbers))


def _pieces(source: str, places: dict[int, dict[int, None]]) -> Iterator[str]:
    done = 0
    for place, numbers in sorted(places.items()):
        yield _clean(source[done:place])
        yield marker(numbers)
        done = place
    yield _clean(source[done:])


def _clean(source: str) -> str:
    return _JOINER_ENTITY.sub("&amp;", clean(source))


def place_after(source: str, end: int, spans: Iterable[Span]) -> int:
    """Find the nearest place from *end* on where a marker is seen as text.

    Not after a line's end or a table's last bar, not inside one of *spans*, and
    behind the marks that close emphasis.
    """
    end = _whole_character(source, end)
    place = len(source[:end].rstrip(" \t\r\n|"))
    place = max([place, *(stop for start, stop in spans if start < place < stop)])
    closing = _CLOSING.match(source, place)
    return closing.end() if closing else place


def _whole_character(source: str, end: int) -> int:
    """Return *end*, or the end of the character of which it would cut parts off."""
    while end < len(source) and _belongs(source[end], source[end - 1 : end]):
        end += 1
    return end


def _belongs(part: str, before: str) -> bool:
    """Say whether *part* is seen as one with *before*: an accent, a skin's tone."""
    if part.isascii():
        return False
    is_mark = unicodedata.category(part).startswith("M") or part == _ZWJ
    return is_mark or part in _SKIN_TONES or before == _ZWJ


def _unbroken(source: str) -> Iterator[Span]:
    return (found.span() for found in _UNBROKEN.finditer(source))


def code_spans(source: str) -> Iterator[Span]:
    """Yield where inline code begins and ends: between backticks of equal number."""
    runs = list(_BACKTICKS.finditer(source))
    later: dict[str, list[re.Match[str]]] = {}
    for run in reversed(runs):
        later.setdefault(run.group(), []).append(run)
    done = 0
    for run in runs:
        alike = later[run.group()]
        alike.pop()
        if alike and run.start() >= done:
            done = alike[-1].end()
            yield run.start(), done
