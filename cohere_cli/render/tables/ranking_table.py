"""A ranking as a table: rank, score, location and an excerpt, row by row.

rich.table needs all rows before it can draw one; a ranking may have a million.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from cohere_cli.documents.document import Document
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.tables.excerpt import (
    QueryWords,
    excerpt,
    one_line,
    truncate_start,
)
from cohere_cli.render.tables.record import (
    RankedRecord,
    bar_text,
    location,
    score_text,
)
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal

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
    before the first of them.
    """
    rest = iter(ranked)
    measured = list(islice(rest, _MEASURED))
    table = _Table(terminal, measured, QueryWords(query))
    for rank, one in enumerate(chain(measured, rest), 1):
        yield table.row(rank, one)


class _Table:
    def __init__(
        self, terminal: Terminal, measured: Sequence[RankedRecord], words: QueryWords
    ) -> None:
        self._row_renderer = RowRenderer(terminal)
        self._plain = not terminal.can_style
        self._words = words
        self._width = width = terminal.fitted_width
        self._rank_width = len(str(len(measured)))
        scores = (score_text(one.relevance_score) for one in measured)
        self._score_width = max(map(len, scores), default=0)
        places = (display_width(location(one.record)) for one in measured)
        widest = max(places, default=0)
        most = widest if width is None else width // 3 * (width >= _WIDTH_FOR_LOCATION)
        self._location_width = min(widest, most)
        self._with_bar = width is not None and width >= _WIDTH_FOR_BAR

    def row(self, rank: int, one: RankedRecord) -> str:
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
        row = _GAP.join(self._styled(text, style) for text, style in shown)
        return f"{row}{_GAP}{self._document(one.record, used)}".rstrip()

    def _styled(self, text: str, style: str) -> str:
        return text if self._plain else self._row_renderer.styled(text, style)

    def _fitted_location(self, record: Document) -> str:
        """Fit the location into its column; the end of a path is the most specific."""
        width = self._location_width
        if not width:
            return ""
        place = location(record)
        # In a pipe, rows that were not measured may be wider than the column.
        if self._width is not None:
            place = truncate_start(place, width, display_width)
        return place + " " * (width - display_width(place))

    def _document(self, record: Document, used: int) -> str:
        if self._width is None:
            return one_line(record.data)
        room = self._width - used
        if room < 1:
            return ""
        shown = excerpt(record.data, self._words, room, display_width)
        if self._plain:
            return shown
        return "".join(
            self._row_renderer.styled(piece, "bold underline") if marked else piece
            for piece, marked in self._words.pieces(shown)
        )
