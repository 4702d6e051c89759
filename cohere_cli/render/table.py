"""A ranking as a table for people: rank, score, where it stood, how it begins."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size

from cohere_cli.api.rerank import Ranked, Ranking
from cohere_cli.render.ink import Ink
from cohere_cli.render.ranked_record import Record
from cohere_cli.terminal import Terminal, clean_line

_BAR = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# With fewer columns the bar, or the place too, leaves its room to the document.
_ROOM_FOR_BAR = 50
_ROOM_FOR_PLACE = 30
_GAP = "  "


def table_lines(
    terminal: Terminal, ranking: Ranking, records: Sequence[Record]
) -> Iterator[str]:
    """Yield the table's rows: fitted and coloured on a screen, else aligned only."""
    results = ranking.results
    scores = [score_text(one.relevance_score) for one in results]
    places = [_place(records[one.index]) for one in results]
    width = terminal.width if terminal.shows_output else None
    table = _Table(terminal, scores, places, width)
    for at, ranked in enumerate(results):
        yield table.row(at, ranked, _beginning(records[ranked.index], width))


def score_text(score: float) -> str:
    """Return *score* with three significant digits: 0.984, 8.20e-06."""
    return f"{score:#.3g}".rstrip(".")


def bar_text(score: float) -> str:
    """Return a bar of ten columns for a score from 0 to 1; beyond, full or empty."""
    eighths = round(min(max(score, 0.0), 1.0) * _BAR * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest])[:_BAR].ljust(_BAR)


class _Table:
    def __init__(
        self,
        terminal: Terminal,
        scores: Sequence[str],
        places: Sequence[str],
        width: int | None,
    ) -> None:
        self._ink = Ink(terminal)
        self._plain = not terminal.can_draw
        self._scores, self._places, self._width = scores, places, width
        self._rank_width = len(str(len(scores)))
        self._score_width = max(map(len, scores), default=0)
        widest = max(map(cell_len, places), default=0)
        most = widest if width is None else width // 3 * (width >= _ROOM_FOR_PLACE)
        self._place_width = min(widest, most)
        self._with_bar = width is not None and width >= _ROOM_FOR_BAR

    def row(self, at: int, ranked: Ranked, document: str) -> str:
        rank = str(at + 1).rjust(self._rank_width)
        score = self._scores[at].rjust(self._score_width)
        place = _ending(self._places[at], self._place_width)
        bar = bar_text(ranked.relevance_score) if self._with_bar else ""
        cells = [(rank, "dim"), (bar, "cyan"), (score, "bold"), (place, "dim")]
        shown = [cell for cell in cells if cell[0]]
        used = sum(cell_len(text) + len(_GAP) for text, _ in shown)
        row = _GAP.join(self._styled(text, style) for text, style in shown)
        return f"{row}{_GAP}{self._fitted(document, used)}".rstrip()

    def _styled(self, text: str, style: str) -> str:
        return text if self._plain else self._ink.styled(text, style)

    def _fitted(self, document: str, used: int) -> str:
        if self._width is None or cell_len(document) <= self._width - used:
            return document
        room = max(self._width - used - 1, 0)
        return set_cell_size(document, room).rstrip() + "…"


def _place(record: Record) -> str:
    return f"{clean_line(record.source)}:{record.line}"


def _ending(place: str, width: int) -> str:
    """Fit *place* into *width* columns: a path is best known by its end."""
    if cell_len(place) <= width or not width:
        return set_cell_size(place, width)
    while place and cell_len(place) > max(width - 1, 0):
        place = place[1:]
    return set_cell_size(f"…{place}", width)


def _beginning(record: Record, width: int | None) -> str:
    """Return the document on one line; on a screen no more of it than fits."""
    text = " · ".join(_values(record.data))
    if width is not None:
        # A character takes a column at least, or joins the one before it.
        text = text[: 8 * width]
    return clean_line(" ".join(text.split()))


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        yield from (value for item in data.values() for value in _values(item))
    elif isinstance(data, list):
        yield from (value for item in data for value in _values(item))
    elif data is not None:
        yield str(data)
