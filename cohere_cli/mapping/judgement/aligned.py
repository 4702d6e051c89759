"""Aligned rows of plain text, measured in the columns of a screen."""

from collections.abc import Iterator, Sequence

from cohere_cli.terminal import clean_line

_NARROWEST = 8  # columns of a name, however narrow the screen is
_READABLE = 16  # columns of a name that still tells which one it is
_GAP = 2


def aligned(
    rows: Sequence[Sequence[str]], width: int, *, names: int = 1, gap: int = _GAP
) -> list[str]:
    """Return lines of *rows*: *names* are aligned to the left, numbers to the right.

    The first *names* cells of a row are names; *gap* columns are between cells. Where
    a line has more than *width* columns, names are cut at their ends.
    """
    from cohere_cli.render.tables.excerpt import truncate_end
    from cohere_cli.render.widths import display_width

    cells = [[clean_line(cell) for cell in row] for row in rows]
    widths = _widths(cells)
    over = sum(widths) + gap * (len(widths) - 1) - width
    for _ in range(max(over, 0)):
        widest = max(range(names), key=widths.__getitem__)
        widths[widest] = max(widths[widest] - 1, _NARROWEST)
    lines = []
    for row in cells:
        padded = []
        for at, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            text = truncate_end(cell, wide, display_width) if at < names else cell
            blanks = " " * (wide - display_width(text))
            padded.append(text + blanks if at < names else blanks + text)
        lines.append((" " * gap).join(padded).rstrip())
    return lines


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    from cohere_cli.render.widths import display_width

    return [max(map(display_width, column)) for column in zip(*rows, strict=True)]


def fits(rows: Sequence[Sequence[str]], width: int, *, gap: int = _GAP) -> bool:
    """Whether *rows* fit into *width* columns, the first cell being cut if need be."""
    first, *others = _widths([[clean_line(cell) for cell in row] for row in rows])
    return min(first, _READABLE) + sum(others) + gap * len(others) <= width


def filled(parts: Sequence[str], width: int) -> Iterator[str]:
    """Yield lines of *parts* with commas between them, as many as fit each."""
    from cohere_cli.render.widths import display_width

    line = ""
    for part in map(clean_line, parts):
        longer = f"{line}, {part}" if line else part
        if line and display_width(longer) >= width:
            yield f"{line},"
            longer = part
        line = longer
    if line:
        yield line
