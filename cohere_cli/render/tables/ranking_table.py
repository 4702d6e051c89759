"""A ranking as a table for people: rank, score, where it stood, what it says."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from rich.cells import cell_len, set_cell_size

from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.tables.excerpt import (
    QueryWords,
    excerpt,
    one_line,
    truncate_start,
)
from cohere_cli.render.tables.record import (
    RankedRecord,
    Record,
    bar_text,
    location,
    score_text,
)
from cohere_cli.terminal import Terminal

# So many rows are looked at before the first is drawn; later ones may be wider.
_MEASURED = 1_000
# With fewer columns the bar, or the place too, leaves its room to the document.
_ROOM_FOR_BAR = 50
_ROOM_FOR_PLACE = 30
_GAP = "  "


def table_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], query: str = ""
) -> Iterator[str]:
    """Yield the table's rows: fitted and coloured on a screen, else aligned only.

    On a screen the words of *query* are marked, and a document whose first such
    word stands far down is shown from there.
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
        self._plain = not terminal.can_draw
        self._words = words
        self._width = width = terminal.width if terminal.shows_output else None
        self._rank_width = len(str(len(measured)))
        scores = (score_text(one.relevance_score) for one in measured)
        self._score_width = max(map(len, scores), default=0)
        places = (cell_len(location(one.record)) for one in measured)
        widest = max(places, default=0)
        most = widest if width is None else width // 3 * (width >= _ROOM_FOR_PLACE)
        self._place_width = min(widest, most)
        self._with_bar = width is not None and width >= _ROOM_FOR_BAR

    def row(self, rank: int, one: RankedRecord) -> str:
        score = score_text(one.relevance_score).rjust(self._score_width)
        bar = bar_text(one.relevance_score) if self._with_bar else ""
        cells = [
            (str(rank).rjust(self._rank_width), "dim"),
            (bar, "cyan"),
            (score, "bold"),
            (self._fitted_place(one.record), "dim"),
        ]
        shown = [cell for cell in cells if cell[0]]
        used = sum(cell_len(text) + len(_GAP) for text, _ in shown)
        row = _GAP.join(self._styled(text, style) for text, style in shown)
        return f"{row}{_GAP}{self._document(one.record, used)}".rstrip()

    def _styled(self, text: str, style: str) -> str:
        return text if self._plain else self._row_renderer.styled(text, style)

    def _fitted_place(self, record: Record) -> str:
        """Fit the place into its column: a path is best known by its end."""
        width = self._place_width
        if not width:
            return ""
        place = location(record)
        # The rows that were not measured have no column to keep to in a pipe.
        if self._width is not None:
            place = truncate_start(place, width, cell_len)
        return set_cell_size(place, max(width, cell_len(place)))

    def _document(self, record: Record, used: int) -> str:
        if self._width is None:
            return one_line(record.data)
        room = self._width - used
        if room < 1:
            return ""
        shown = excerpt(record.data, self._words, room, cell_len)
        if self._plain:
            return shown
        return "".join(
            self._row_renderer.styled(piece, "bold underline") if marked else piece
            for piece, marked in self._words.pieces(shown)
        )
