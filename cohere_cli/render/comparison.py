"""A comparison of models: a row a model, as a table for people or rows for programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cohere_cli.errors import UsageProblem
from cohere_cli.render.compared import Cells, Row, cells_of
from cohere_cli.render.ranked_markdown import CELL_ESCAPES
from cohere_cli.render.records import json_text, write_object
from cohere_cli.terminal import Terminal

OUTPUTS = ("table", "json", "jsonl", "tsv", "markdown")
"""The formats of a comparison."""


def show_comparison(
    terminal: Terminal, output: str, rows: Sequence[Row], whole: Mapping[str, Any]
) -> None:
    """Write *rows* as *output*, one of `OUTPUTS`; `json` is *whole*, all that is known.

    Raises `UsageProblem` for an unknown format.
    """
    match output:
        case "table":
            _show_table(terminal, [cells_of(row) for row in rows])
        case "json":
            write_object(terminal, whole)
        case "jsonl":
            terminal.write("".join(f"{json_text(terminal, row)}\n" for row in rows))
        case "tsv":
            terminal.write("".join(_tab_lines(rows)))
        case "markdown":
            terminal.write("".join(_markdown_lines([cells_of(row) for row in rows])))
        case unknown:
            raise UsageProblem(
                f"there is no output format {unknown!r}",
                hint=f"choose one of {', '.join(OUTPUTS)}",
            )


def _show_table(terminal: Terminal, models: Sequence[Cells]) -> None:
    # Rich costs 60 ms to import.
    from cohere_cli.render.comparison_table import table_lines

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
