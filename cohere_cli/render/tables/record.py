"""What render needs to see of a record that was ranked."""

from dataclasses import dataclass
from typing import Any, Protocol

from cohere_cli.terminal import clean_line


class Record(Protocol):
    """What was ranked: the user's own bytes, their meaning and where they stood."""

    @property
    def raw(self) -> bytes: ...
    @property
    def data(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True, slots=True)
class RankedRecord:
    """A record with its score; `index` is its number in all of the input, from 0."""

    index: int
    relevance_score: float
    record: Record


def location(record: Record) -> str:
    """Return where *record* stood, for people: `notes.txt:12`, `stdin:3`."""
    source = "stdin" if record.source == "-" else clean_line(record.source)
    return f"{source}:{record.line}"


BAR = 10
"""Columns of a bar."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def score_text(score: float) -> str:
    """Return *score* with three significant digits: 0.984, 8.20e-06."""
    return f"{score:#.3g}".rstrip(".")


def bar_text(score: float) -> str:
    """Return a bar for a score from 0 to 1; beyond, full or empty."""
    eighths = round(min(max(score, 0.0), 1.0) * BAR * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest])[:BAR].ljust(BAR)
