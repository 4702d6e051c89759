"""What people are shown of a model that was compared: its numbers, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence

from cohere_cli.terminal import clean_line

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

_SURE = 0.05  # a p value from which on nobody calls a difference one


def cells_of(row: Row) -> Cells:
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
        is_sure = p_value < _SURE
        better_or_worse = "green" if difference > 0 else "red"
        yield _signed(difference), better_or_worse if is_sure else "dim"
        yield f"p {_short(p_value)}", "" if is_sure else "dim"


def _signed(difference: float) -> str:
    text = f"{difference:+.3f}"
    return text if float(text) else "±0.000"


def _short(p_value: float) -> str:
    return f"{p_value:.3f}" if p_value >= 0.001 else "<.001"  # noqa: PLR2004 - 3 digits
