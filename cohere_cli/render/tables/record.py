"""A ranked record, and how its location and score are shown."""

from dataclasses import dataclass

from cohere_cli.documents.document import Document
from cohere_cli.terminal import clean_line
from cohere_cli.text import shown_source


@dataclass(frozen=True, slots=True)
class RankedRecord:
    """A record with its score; `index` is its number in all of the input, from 0."""

    index: int
    relevance_score: float
    record: Document


def location(record: Document) -> str:
    """Return a record's source and line, to be shown: `notes.txt:12`, `stdin:3`."""
    return f"{clean_line(shown_source(record.source))}:{record.line}"


def shown_location(record: Document) -> str:
    """Return the location for a reader: a whole file has no line, only its name."""
    source = shown_source(record.source)
    return clean_line(source) if record.id == source else location(record)


BAR_WIDTH = 10
"""Columns of a bar."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def score_text(score: float) -> str:
    """Return *score* with three significant digits: 0.984, 8.20e-06."""
    return f"{score:#.3g}".rstrip(".")


def bar_text(score: float) -> str:
    """Return a bar for a score from 0 to 1; for others, full or empty."""
    eighths = round(min(max(score, 0.0), 1.0) * BAR_WIDTH * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest])[:BAR_WIDTH].ljust(BAR_WIDTH)
