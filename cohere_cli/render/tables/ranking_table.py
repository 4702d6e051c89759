"""A ranking on a screen: as a table, row by row, or with its records in full.

rich.table needs all rows before it can draw one; a ranking may have a million.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from cohere_cli.documents.document import Document
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.tables.excerpt import (
    QueryWords,
    excerpt,
    one_line,
    truncate_middle,
)
from cohere_cli.render.tables.record import (
    BAR_WIDTH,
    RankedRecord,
    bar_text,
    location,
    score_text,
    shown_location,
)
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal, clean

# Rows that are measured before the first is drawn; later ones may be wider.
_MEASURED = 1_000
# On a narrower screen the bar, or the location too, is left out.
_WIDTH_FOR_BAR = 50
_WIDTH_FOR_LOCATION = 30
_GAP = "  "


def table_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], query: str = ""
) -> Iterator[str]:
    """Yield the table's rows: fitted and coloured on a screen, else only aligned.

    On a screen the words of *query* are marked, and the excerpt of a document begins
    before the first of them. Half of the width is the document's: locations that
    leave it less are below their rows, whole, so that they can be copied.
    """
    rest = iter(ranked)
    measured = list(islice(rest, _MEASURED))
    table = _Table(terminal, measured, _Marker(terminal, query))
    for rank, one in enumerate(chain(measured, rest), 1):
        yield from table.lines(rank, one)


def full_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], query: str = ""
) -> Iterator[str]:
    """Yield each record in full, below its rank, score and location.

    Its lines are not wrapped, so that they can be copied. Fields are `name: value`.
    """
    marker = _Marker(terminal, query)
    for rank, one in enumerate(ranked, 1):
        if rank > 1:
            yield ""
        cells = ((str(rank), "dim"), (score_text(one.relevance_score), "bold"))
        place = (shown_location(one.record), "dim")
        yield _GAP.join(marker.styled(*cell) for cell in (*cells, place))
        yield from map(marker.marked, _record_lines(one.record.data))


def _record_lines(data: Mapping[str, Any] | str) -> Iterator[str]:
    if isinstance(data, str):
        yield from clean(data.strip("\r\n")).splitlines()
        return
    for name, value in data.items():
        text = value if isinstance(value, str) else _json(value)
        yield from clean(f"{name}: {text}".rstrip()).splitlines()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Marker:
    """Styles cells, and marks the words of the query, if the terminal can."""

    def __init__(self, terminal: Terminal, query: str) -> None:
        self._row_renderer = RowRenderer(terminal)
        self._is_plain = not terminal.can_style
        self.words = QueryWords(query)

    def styled(self, text: str, style: str) -> str:
        return text if self._is_plain else self._row_renderer.styled(text, style)

    def marked(self, text: str) -> str:
        if self._is_plain:
            return text
        return "".join(
            self._row_renderer.styled(piece, "bold underline") if is_match else piece
            for piece, is_match in self.words.pieces(text)
        )


class _Table:
    def __init__(
        self, terminal: Terminal, measured: Sequence[RankedRecord], marker: _Marker
    ) -> None:
        self._marker = marker
        self._width = terminal.fitted_width
        self._place = location if self._width is None else shown_location
        self._rank_width = len(str(len(measured)))
        scores = (score_text(one.relevance_score) for one in measured)
        self._score_width = max(map(len, scores), default=0)
        places = (display_width(self._place(one.record)) for one in measured)
        self._with_bar, self._location_width = self._layout(max(places, default=0))

    def _layout(self, widest: int) -> tuple[bool, int]:
        """Return whether there is a bar, and the columns of a location.

        0 columns: a line of its own. The first layout is taken in which half of the
        width is left to the document.
        """
        if self._width is None:
            return False, widest
        numbers = self._rank_width + self._score_width + 2 * len(_GAP)
        can_have_bar = self._width >= _WIDTH_FOR_BAR
        for with_bar in (can_have_bar, False):
            used = numbers + (BAR_WIDTH + len(_GAP)) * with_bar + widest + len(_GAP)
            if used <= self._width // 2:
                return with_bar, widest
        return can_have_bar, 0

    def lines(self, rank: int, one: RankedRecord) -> Iterator[str]:
        score = score_text(one.relevance_score).rjust(self._score_width)
        bar = bar_text(one.relevance_score) if self._with_bar else ""
        cells = [
            (str(rank).rjust(self._rank_width), "dim"),
            (bar, "cyan"),
            (score, "bold"),
            (self._fitted_location(one.record), "dim"),
        ]
        shown = [cell for cell in cells if cell[0]]
        used = sum(display_width(text) + len(_GAP) for text, _ in shown)
        row = _GAP.join(self._marker.styled(text, style) for text, style in shown)
        yield f"{row}{_GAP}{self._document(one.record, used)}".rstrip()
        yield from self._own_line(one.record)

    def _own_line(self, record: Document) -> Iterator[str]:
        """Yield the location, if it has no column; where it is long, it is not cut."""
        width = self._width or 0
        if not self._location_width and width >= _WIDTH_FOR_LOCATION:
            indent = " " * (self._rank_width + len(_GAP))
            yield f"{indent}{self._marker.styled(self._place(record), 'dim')}"

    def _fitted_location(self, record: Document) -> str:
        """Fit the location into its column, if it has one."""
        width = self._location_width
        if not width:
            return ""
        place = self._place(record)
        # In a pipe, rows that were not measured may be wider than the column.
        if self._width is not None:
            place = truncate_middle(place, width, display_width)
        return place + " " * (width - display_width(place))

    def _document(self, record: Document, used: int) -> str:
        if self._width is None:
            return one_line(record.data)
        room = self._width - used
        if room < 1:
            return ""
        shown = excerpt(record.data, self._marker.words, room, display_width)
        return self._marker.marked(shown)
