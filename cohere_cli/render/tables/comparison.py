"""Writes a comparison of models, one row per model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cohere_cli.errors import UsageProblem
from cohere_cli.record import EMPTY
from cohere_cli.render.json import format_json, write_json
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.render.tables.excerpt import truncate_start
from cohere_cli.render.tables.ranking_rows import markdown_line, tsv_line
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal, clean_line

Row = Mapping[str, str | int | float | None]
"""A model's results, by the names of the columns, which all rows have.

Each measure has its mean, `NAME.difference` and `NAME.p_value`; the cutoff has
`cut.threshold`, `cut.f1` and others. None is a value that does not exist: the first
model has no differences, the baseline has no cutoff.
"""

Piece = tuple[str, str]
"""A text, and its style on a screen, in Rich's names."""

Cells = Mapping[str, Sequence[Piece]]
"""What a table shows of a model, by the headings of the columns."""

_SIGNIFICANT = 0.05


def display_cells(row: Row) -> Cells:
    """Return what a table shows of *row*: numbers with three decimals."""
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


class Comparison(NamedTuple):
    """A row per model, and everything known of them as one object.

    `runs` has each model's rankings by query: ids and scores, best first.
    """

    rows: Sequence[Row]
    whole: Mapping[str, Any]
    runs: Mapping[str, Mapping[str, Sequence[tuple[str, float]]]] = EMPTY


def write_comparison(terminal: Terminal, output: str, comparison: Comparison) -> None:
    """Write *comparison* as *output*, one of `FORMATS`.

    Raises `UsageProblem` for an unknown format.
    """
    if output not in FORMATS:
        hint = f"choose one of {', '.join(FORMATS)}"
        raise UsageProblem(f"unknown output format {output!r}", hint=hint)
    FORMATS[output](terminal, comparison)


def _write_table(terminal: Terminal, comparison: Comparison) -> None:
    for line in table_lines(terminal, [display_cells(row) for row in comparison.rows]):
        terminal.draw(f"{line}\n")


def _write_json(terminal: Terminal, comparison: Comparison) -> None:
    write_json(terminal, comparison.whole)


def _write_jsonl(terminal: Terminal, comparison: Comparison) -> None:
    for row in comparison.rows:
        terminal.write(f"{format_json(terminal, row)}\n")


def _write_tsv(terminal: Terminal, comparison: Comparison) -> None:
    """Write the names of the columns, then a line per model."""
    terminal.write(tsv_line(comparison.rows[0]))
    for row in comparison.rows:
        terminal.write(tsv_line(row.values()))


def _write_markdown(terminal: Terminal, comparison: Comparison) -> None:
    models = [display_cells(row) for row in comparison.rows]
    terminal.write(f"| {' | '.join(models[0])} |\n|{' --- |' * len(models[0])}\n")
    for cells in models:
        texts = (" ".join(text for text, _ in cell) for cell in cells.values())
        terminal.write(markdown_line(texts))


def _write_trec(terminal: Terminal, comparison: Comparison) -> None:
    """Write the rankings as trec_eval reads them, each model under its own tag."""
    for model, run in comparison.runs.items():
        tag = "_".join(model.split())
        for query, scored in run.items():
            lines = (
                f"{query} Q0 {document} {rank} {score!r} {tag}\n"
                for rank, (document, score) in enumerate(scored, 1)
            )
            terminal.write("".join(lines))


FORMATS: Mapping[str, Callable[[Terminal, Comparison], None]] = {
    "table": _write_table,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "tsv": _write_tsv,
    "markdown": _write_markdown,
    "trec": _write_trec,
}

_GAP = "  "
# Columns of a model's name, however narrow the screen is.
_NARROWEST = 8

_Row = Sequence[Sequence[Piece]]


def table_lines(terminal: Terminal, models: Sequence[Cells]) -> Iterator[str]:
    """Yield the table's lines: coloured and fitted on a screen, else only aligned.

    Where a row per model is too wide, the rows are grouped by measure. (rich.table
    would wrap or crop cells instead.)
    """
    ink = RowRenderer(terminal) if terminal.can_style else None
    rows = _row_per_model(models)
    width = terminal.fitted_width
    if width is not None and _width(rows) > width:
        rows = _narrowed(_group_per_measure(models), width)
    widths = _widths(rows)
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield _GAP.join(_drawn(cell, width, ink) for cell, width in cells).rstrip()


def _row_per_model(models: Sequence[Cells]) -> list[_Row]:
    headings = [[(heading, "dim")] for heading in models[0]]
    return [headings, *(list(cells.values()) for cells in models)]


def _group_per_measure(models: Sequence[Cells]) -> list[_Row]:
    _, *measures = models[0]
    return [row for measure in measures for row in _group(measure, models)]


def _group(measure: str, models: Sequence[Cells]) -> Iterator[_Row]:
    known = [cells for cells in models if cells[measure]]
    for nth, cells in enumerate(known):
        yield [("" if nth else measure, "dim")], cells["model"], cells[measure]


def _narrowed(rows: Sequence[_Row], width: int) -> list[_Row]:
    """Cut the start of the models' names: those of a family differ at the end."""
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
