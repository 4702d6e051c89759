"""A comparison of models as a table: a row a model, or if need be a group a measure."""

from collections.abc import Iterator, Sequence

from cohere_cli.render.compared import Cells, Piece
from cohere_cli.render.excerpt import ending
from cohere_cli.render.ink import Ink, width_of
from cohere_cli.terminal import Terminal

_GAP = "  "
# Columns that a model's name has, however narrow the screen is.
_NARROWEST = 8

_Row = Sequence[Sequence[Piece]]


def table_lines(terminal: Terminal, models: Sequence[Cells]) -> Iterator[str]:
    """Yield the table's lines: coloured and fitted on a screen, else aligned only."""
    ink = Ink(terminal) if terminal.can_draw else None
    rows = _row_a_model(models)
    if terminal.shows_output and _width(rows) > terminal.width:
        rows = _narrowed(_group_a_measure(models), terminal.width)
    widths = _widths(rows)
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield _GAP.join(_drawn(cell, width, ink) for cell, width in cells).rstrip()


def _row_a_model(models: Sequence[Cells]) -> list[_Row]:
    headings = [[(heading, "dim")] for heading in models[0]]
    return [headings, *(list(cells.values()) for cells in models)]


def _group_a_measure(models: Sequence[Cells]) -> list[_Row]:
    _, *measures = models[0]
    return [row for measure in measures for row in _group(measure, models)]


def _group(measure: str, models: Sequence[Cells]) -> Iterator[_Row]:
    known = [cells for cells in models if cells[measure]]
    for nth, cells in enumerate(known):
        yield [("" if nth else measure, "dim")], cells["model"], cells[measure]


def _narrowed(rows: Sequence[_Row], width: int) -> list[_Row]:
    """Shorten the models' names: those of a family differ at their ends."""
    over = max(_width(rows) - width, 0)
    room = max(_widths(rows)[1] - over, _NARROWEST)
    return [
        (
            heading,
            [(ending(name, room, width_of), style) for name, style in model],
            cell,
        )
        for heading, model, cell in rows
    ]


def _widths(rows: Sequence[_Row]) -> list[int]:
    return [max(map(_cell_width, column)) for column in zip(*rows, strict=True)]


def _width(rows: Sequence[_Row]) -> int:
    widths = _widths(rows)
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _cell_width(cell: Sequence[Piece]) -> int:
    return width_of(" ".join(text for text, _ in cell))


def _drawn(cell: Sequence[Piece], width: int, ink: Ink | None) -> str:
    text = " ".join(ink.styled(text, style) if ink else text for text, style in cell)
    return text + " " * (width - _cell_width(cell))
