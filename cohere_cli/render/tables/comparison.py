"""A comparison of models: a row a model, as a table for people or rows for programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cohere_cli.errors import UsageProblem
from cohere_cli.render.json import format_json, write_json
from cohere_cli.render.rich_rows import RowRenderer, display_width
from cohere_cli.render.tables.excerpt import truncate_start
from cohere_cli.render.tables.ranking_rows import CELL_ESCAPES
from cohere_cli.terminal import Terminal, clean_line

Row = Mapping[str, str | int | float | None]
"""What is known of a model, by the columns' names.

Of each measure: its mean, `NAME.difference` and `NAME.p_value`; of the cut:
`cut.threshold`, `cut.f1` and others. None is what the first model, or one without a
cut, does not have. All rows have the same columns.
"""

Piece = tuple[str, str]
"""A text, and the style that a screen shows it in."""

Cells = Mapping[str, Sequence[Piece]]
"""What a table for people shows of a model, by the columns' headings."""

_SIGNIFICANT = 0.05  # a p value from which on nobody calls a difference one


def display_cells(row: Row) -> Cells:
    """Return what people are shown of *row*: numbers as short as they can be read."""
    cells: dict[str, list[Piece]] = {"model": [(clean_line(str(row["model"])), "")]}
    for name in row:
        if f"{name}.difference" in row:
            cells[name] = list(_measured(row, name))
    threshold, f1 = row["cut.threshold"], row["cut.f1"]
    if threshold is None:
        return {**cells, "keep from": []}
    return {**cells, "keep from": [(f"{threshold}", "bold"), (f"F1 {f1:.3f}", "dim")]}


def _measured(row: Row, name: str) -> Iterator[Piece]:
    difference, p_value = row[f"{name}.difference"], row[f"{name}.p_value"]
    yield f"{row[name]:.3f}", "bold"
    if isinstance(difference, float) and isinstance(p_value, float):
        is_sure = p_value < _SIGNIFICANT
        better_or_worse = "green" if difference > 0 else "red"
        yield _signed(difference), better_or_worse if is_sure else "dim"
        yield f"p {_short(p_value)}", "" if is_sure else "dim"


def _signed(difference: float) -> str:
    text = f"{difference:+.3f}"
    return text if float(text) else "±0.000"


def _short(p_value: float) -> str:
    return f"{p_value:.3f}" if p_value >= 0.001 else "<.001"  # noqa: PLR2004 - 3 digits


OUTPUTS = ("table", "json", "jsonl", "tsv", "markdown")
"""The formats of a comparison."""


def write_comparison(
    terminal: Terminal, output: str, rows: Sequence[Row], whole: Mapping[str, Any]
) -> None:
    """Write *rows* as *output*, one of `FORMATS`; `json` is *whole*, all that is known.

    Raises `UsageProblem` for an unknown format.
    """
    match output:
        case "table":
            _show_table(terminal, [display_cells(row) for row in rows])
        case "json":
            write_json(terminal, whole)
        case "jsonl":
            terminal.write("".join(f"{format_json(terminal, row)}\n" for row in rows))
        case "tsv":
            terminal.write("".join(_tab_lines(rows)))
        case "markdown":
            terminal.write(
                "".join(_markdown_lines([display_cells(row) for row in rows]))
            )
        case unknown:
            raise UsageProblem(
                f"there is no output format {unknown!r}",
                hint=f"choose one of {', '.join(OUTPUTS)}",
            )


def _show_table(terminal: Terminal, models: Sequence[Cells]) -> None:
    # Rich costs 60 ms to import.

    for line in table_lines(terminal, models):
        terminal.draw(f"{line}\n")


def _tab_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the columns' names, then a line a model; what is not there is empty."""
    yield from _joined([list(row) for row in rows[:1]], lambda name: name)
    yield from _joined([list(row.values()) for row in rows], _plain)


def _joined(
    rows: Iterable[Sequence[Any]], plain: Callable[[Any], str]
) -> Iterator[str]:
    return ("\t".join(map(plain, row)) + "\n" for row in rows)


def _plain(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _markdown_lines(models: Sequence[Cells]) -> Iterator[str]:
    headings = list(models[0])
    yield f"| {' | '.join(headings)} |\n"
    yield f"|{' --- |' * len(headings)}\n"
    for cells in models:
        texts = [" ".join(text for text, _ in cell) for cell in cells.values()]
        yield f"| {' | '.join(text.translate(CELL_ESCAPES) for text in texts)} |\n"


_GAP = "  "
# Columns that a model's name has, however narrow the screen is.
_NARROWEST = 8

_Row = Sequence[Sequence[Piece]]


def table_lines(terminal: Terminal, models: Sequence[Cells]) -> Iterator[str]:
    """Yield the table's lines: coloured and fitted on a screen, else aligned only."""
    ink = RowRenderer(terminal) if terminal.can_draw else None
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
            [
                (truncate_start(name, room, display_width), style)
                for name, style in model
            ],
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
    return display_width(" ".join(text for text, _ in cell))


def _drawn(cell: Sequence[Piece], width: int, ink: RowRenderer | None) -> str:
    text = " ".join(ink.styled(text, style) if ink else text for text, style in cell)
    return text + " " * (width - _cell_width(cell))
