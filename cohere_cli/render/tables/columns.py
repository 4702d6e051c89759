"""Rows in columns: aligned, and on a screen coloured and fitted to its width."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from cohere_cli.api.protocol.models import Model
from cohere_cli.render.tables.excerpt import truncate_end
from cohere_cli.terminal import Terminal, clean_line

Cell = tuple[str, str]
"""Text, and its style in Rich's names; "" is none."""

Fit = Callable[[str, int], list[str]]

_GAP = "  "
# Columns. With less room the last cell would be one word a line: it is not wrapped.
_LEAST_ROOM = 20


def write_columns(
    terminal: Terminal, rows: Sequence[Sequence[Cell]], *, one_line: bool = False
) -> None:
    """Write *rows*, each of as many cells.

    On a screen the last cells are wrapped or, with *one_line*, cut.
    """
    width = terminal.width if terminal.shows_output else None
    cells = [[(clean_line(text), s) for text, s in row] for row in rows]
    lines = _lines(cells, width, _cut if one_line else wrap)
    if not terminal.can_draw:
        plain = ("".join(text for text, _ in line).rstrip() for line in lines)
        terminal.write("".join(f"{line}\n" for line in plain))
        return
    from cohere_cli.render.rich_rows import RowRenderer

    ink = RowRenderer(terminal)
    for line in lines:
        drawn = "".join(ink.styled(text, s) if s else text for text, s in line)
        terminal.draw(f"{drawn.rstrip()}\n")


def _cut(text: str, room: int) -> list[str]:
    return [truncate_end(text, room)]


def _lines(
    rows: Sequence[Sequence[Cell]], width: int | None, fitted: Fit
) -> Iterator[list[Cell]]:
    """Yield lines of cells that stand below each other."""
    widths = _widths(rows)
    start = sum(widths) + len(_GAP) * len(widths)
    room = (width or 0) - start
    for *first, (text, style) in rows:
        parts = fitted(text, room) if room >= _LEAST_ROOM else [text]
        head = [*_padded(first, widths)]
        for part in parts or [""]:
            yield [*head, (part, style)]
            head = [(" " * start, "")]


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the columns that each column needs, but the last."""
    from rich.cells import cell_len

    texts = ([text for text, _ in row[:-1]] for row in rows)
    return [max(map(cell_len, column)) for column in zip(*texts, strict=True)]


def _padded(cells: Sequence[Cell], widths: Sequence[int]) -> Iterator[Cell]:
    from rich.cells import cell_len

    for (text, style), wide in zip(cells, widths, strict=True):
        yield text, style
        yield " " * (wide - cell_len(text)) + _GAP, ""


def write_models(terminal: Terminal, models: Sequence[Model]) -> None:
    """Write a row a model: name, context in tokens, endpoints, what it can."""
    # Right-aligned, so that digits of one weight stand below each other.
    lengths = [_length(model) for model in models]
    wide = max(map(len, lengths), default=0)
    rows = [
        (
            (model.name, "dim" if model.is_deprecated else "bold"),
            (length.rjust(wide), "cyan"),
            (", ".join(model.endpoints), ""),
            (_remarks(model), "dim"),
        )
        for model, length in zip(models, lengths, strict=True)
    ]
    write_columns(terminal, rows, one_line=True)


def write_names(terminal: Terminal, models: Sequence[Model]) -> None:
    """Write a name a line, for other programs."""
    terminal.write("".join(f"{clean_line(model.name)}\n" for model in models))


def write_model(terminal: Terminal, model: Model) -> None:
    """Write what is known of one model, a line each."""
    known = {
        "name": model.name,
        "context": f"{_length(model)} tokens" if model.context_length else "",
        "endpoints": ", ".join(model.endpoints),
        "default of": ", ".join(model.default_for),
        "features": ", ".join(model.features),
        "deprecated": "yes" if model.is_deprecated else "",
    }
    rows: list[tuple[Cell, Cell]] = [
        ((name, "dim"), (value, "")) for name, value in known.items() if value
    ]
    write_columns(terminal, rows)


def _length(model: Model) -> str:
    return f"{model.context_length:,}" if model.context_length else ""


def _remarks(model: Model) -> str:
    deprecated = ("deprecated",) if model.is_deprecated else ()
    default = ("the default",) if model.default_for else ()
    return ", ".join((*deprecated, *default, *model.features))
