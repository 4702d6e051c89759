"""Widths of text in columns of a terminal, as Rich counts them."""

import re

from rich.cells import cell_len

from cohere_cli.characters.kinds import kinds_of

# Rich takes the character after a zero width joiner to be drawn over the one before
# it, which is so for emoji alone. This one is as wide, and never left in clean text.
_STAND_IN = "\u206a"
_JOINER = re.compile("\u200d(?=(.?))", re.DOTALL)


def with_stand_ins(text: str) -> str:
    """Return *text*, which Rich measures right, until `without_stand_ins`."""
    return _JOINER.sub(_measured, text) if "\u200d" in text else text


def without_stand_ins(text: str) -> str:
    """Return the text that `with_stand_ins` was given."""
    return text if text.isascii() else text.replace(_STAND_IN, "\u200d")


def _measured(joiner: re.Match[str]) -> str:
    return joiner[0] if kinds_of(joiner[1]) in ("p", "f") else _STAND_IN


def display_width(text: str) -> int:
    """Return the number of columns that *text* takes."""
    return cell_len(with_stand_ins(text))
