"""Writes rows as aligned columns, coloured and fitted to the width of a screen."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from cohere_cli.api.protocol.models import Model
from cohere_cli.terminal import Terminal, clean_line

Cell = tuple[str, str]
"""A text, and its style as in Rich; "" is none."""

_GAP = "  "
# Columns. With less room a last cell that does not fit is on lines of its own: a word
# per line is unreadable.
_MIN_ROOM = 20
_INDENT = "    "


def write_columns(
    terminal: Terminal,
    rows: Sequence[Sequence[Cell]],
    *,
    headings: Sequence[str] = (),
    cut: bool = False,
) -> None:
    """Write *rows*, all with the same number of cells, below *headings* on a screen.

    There, the last cells are wrapped, or *cut* at the end of the line. In a pipe there
    are no headings, as for other programs a row is a record. (rich.table takes 60 ms to
    import, and this also runs in pipes.)
    """
    if headings and terminal.shows_output:
        rows = [[(heading, "underline") for heading in headings], *rows]
    cells = [[(clean_line(text), s) for text, s in row] for row in rows]
    lines = _lines(cells, terminal.fitted_width, cut=cut)
    if not terminal.can_style:
        plain = ("".join(text for text, _ in line).rstrip() for line in lines)
        terminal.write("".join(f"{line}\n" for line in plain))
        return
    from cohere_cli.render.rich_rows import RowRenderer

    ink = RowRenderer(terminal)
    for line in lines:
        drawn = "".join(ink.styled(text, s) if s else text for text, s in line)
        terminal.draw(f"{drawn.rstrip()}\n")


def _lines(
    rows: Sequence[Sequence[Cell]], width: int | None, *, cut: bool = False
) -> Iterator[list[Cell]]:
    """Yield lines of aligned cells, at most *width* columns wide if that can be."""
    widths = _widths(rows)
    start = sum(widths) + len(_GAP) * len(widths)
    for *first, (whole, style) in rows:
        text = _cut(whole, start, width) if cut else whole
        head = [*_padded(first, widths)]
        blanks, _ = head[-1]
        moved = _moved(start + len(text), len(blanks) - len(_GAP), start, width)
        head[-1] = (blanks[moved:], "")
        for part, indent in _last_cell(text, start - moved, width):
            yield [*head, (indent, ""), (part, style)]
            head = []


def _cut(text: str, start: int, width: int | None) -> str:
    """Return what fits of *text* from column *start* on, or on a line of its own."""
    if width is None:
        return text
    from cohere_cli.render.tables.excerpt import truncate_end
    from cohere_cli.render.widths import display_width

    room = width - start
    if room < _MIN_ROOM:
        room = max(width - len(_INDENT), _MIN_ROOM)
    return truncate_end(text, room, display_width)


def _moved(end: int, blanks: int, start: int, width: int | None) -> int:
    """Return how many columns before *start* a last cell begins, to fit on its line."""
    if width is None or width - start >= _MIN_ROOM:
        return 0
    over = end - width
    return over if 0 < over <= blanks else 0


def _last_cell(text: str, start: int, width: int | None) -> Iterator[tuple[str, str]]:
    """Yield the lines of a last cell that begins at column *start*, with their indents.

    The first is on the line of the other cells.
    """
    room = (width or 0) - start
    if width is None or len(text) <= room:
        yield text, ""
    elif room >= _MIN_ROOM:
        first, *others = wrap(text, room) or [""]
        yield first, ""
        yield from ((part, " " * start) for part in others)
    else:
        yield "", ""
        parts = wrap(text, max(width - len(_INDENT), _MIN_ROOM))
        yield from ((part, _INDENT) for part in parts)


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


_MODEL_HEADINGS = ("model", "context", "endpoints", "features")


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
    write_columns(terminal, rows, headings=_MODEL_HEADINGS)


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
