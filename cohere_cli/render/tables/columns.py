"""Writes rows as aligned columns, coloured and fitted to the width of a screen."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from cohere_cli.api.protocol.models import Model
from cohere_cli.render.tables.excerpt import truncate_end
from cohere_cli.terminal import Terminal, clean_line

Cell = tuple[str, str]
"""A text, and its style as in Rich; "" is none."""

Fit = Callable[[str, int], list[str]]

_GAP = "  "
# Columns. With less room the last cell is not wrapped: a word per line is unreadable.
_MIN_ROOM = 20


def write_columns(
    terminal: Terminal, rows: Sequence[Sequence[Cell]], *, one_line: bool = False
) -> None:
    """Write *rows*, all with the same number of cells.

    On a screen the last cells are wrapped or, with *one_line*, cut. (rich.table takes
    60 ms to import, and this also runs in pipes.)
    """
    width = terminal.fitted_width
    cells = [[(clean_line(text), s) for text, s in row] for row in rows]
    lines = _lines(cells, width, _cut if one_line else wrap)
    if not terminal.can_style:
        plain = ("".join(text for text, _ in line).rstrip() for line in lines)
        terminal.write("".join(f"{line}\n" for line in plain))
        return
    from cohere_cli.render.rich_rows import RowRenderer

    ink = RowRenderer(terminal)
    for line in lines:
        drawn = "".join(ink.styled(text, s) if s else text for text, s in line)
        terminal.draw(f"{drawn.rstrip()}\n")


def _cut(text: str, room: int) -> list[str]:
    from cohere_cli.render.widths import display_width

    return [truncate_end(text, room, display_width)]


def _lines(
    rows: Sequence[Sequence[Cell]], width: int | None, fitted: Fit
) -> Iterator[list[Cell]]:
    """Yield lines of aligned cells."""
    widths = _widths(rows)
    start = sum(widths) + len(_GAP) * len(widths)
    room = (width or 0) - start
    for *first, (text, style) in rows:
        parts = fitted(text, room) if room >= _MIN_ROOM else [text]
        head = [*_padded(first, widths)]
        for part in parts or [""]:
            yield [*head, (part, style)]
            head = [(" " * start, "")]


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the width of each column but the last."""
    from cohere_cli.render.widths import display_width

    texts = ([text for text, _ in row[:-1]] for row in rows)
    return [max(map(display_width, column)) for column in zip(*texts, strict=True)]


def _padded(cells: Sequence[Cell], widths: Sequence[int]) -> Iterator[Cell]:
    from cohere_cli.render.widths import display_width

    for (text, style), wide in zip(cells, widths, strict=True):
        yield text, style
        yield " " * (wide - display_width(text)) + _GAP, ""


def write_models(terminal: Terminal, models: Sequence[Model]) -> None:
    """Write a row per model: name, context in tokens, endpoints, features."""
    # Numbers are right-aligned.
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
    """Write a name per line, for other programs."""
    terminal.write("".join(f"{clean_line(model.name)}\n" for model in models))


def write_model(terminal: Terminal, model: Model) -> None:
    """Write the properties of one model, a line each."""
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
