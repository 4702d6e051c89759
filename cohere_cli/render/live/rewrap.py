"""Terminals that wrap rows again when they get narrower, and the rows that result."""

import re
from collections.abc import Mapping, Sequence

from cohere_cli.render.widths import display_width

_SEQUENCES = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")


def rewraps(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is known to wrap rows again: tmux does.

    Where it is not known, old rows may remain above. The opposite would be worse: on a
    terminal that cuts rows, finished rows would be erased. GNU screen within tmux cuts
    them.
    """
    is_tmux = bool(environ.get("TMUX")) or environ.get("TERM", "").startswith("tmux")
    return is_tmux and not environ.get("STY")


def count_rewrapped(rows: Sequence[str], width: int) -> int:
    """Return how many rows of *width* columns *rows* take when wrapped again."""
    return sum(_wrapped(row, width) for row in rows)


def _wrapped(row: str, width: int) -> int:
    text = _SEQUENCES.sub("", row)
    if text.isascii():
        return max(1, -(-len(text) // width))
    count, column = 1, 0
    for character in text:
        columns = display_width(character)
        # A wide character is not split: the last column stays blank.
        if column + columns > width:
            count, column = count + 1, 0
        column += columns
    return count
