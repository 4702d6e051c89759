"""Texts in which words were found: on a screen with the words marked, or as lines."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cohere_cli.terminal import Terminal, clean_line

if TYPE_CHECKING:
    from cohere_cli.render.tables.passage_view import Pieces

_INDENT = "  "


class MatchedText(NamedTuple):
    """A place, what is known about it, and the pieces of a text.

    Each piece is a text, and whether it is a word that was searched for.
    """

    place: str
    about: str
    pieces: Sequence[tuple[str, bool]]


def write_matches(
    terminal: Terminal, found: Sequence[MatchedText], *, is_full: bool
) -> None:
    """Write each place with its text below it; else as a line `place:text`."""
    if not is_full:
        terminal.write("".join(map(_plain, found)))
        return
    rows = "".join(f"{row}\n" for row in _rows(terminal, found))
    if terminal.can_style:
        terminal.draw(rows)
    else:
        terminal.write(rows)


def _plain(one: MatchedText) -> str:
    text = clean_line("".join(text for text, _ in one.pieces))
    return f"{clean_line(one.place)}:{text}\n"


def _rows(terminal: Terminal, found: Sequence[MatchedText]) -> Iterator[str]:
    from rich.style import Style

    from cohere_cli.render.rich_rows import RowRenderer
    from cohere_cli.render.tables.passage_view import MARK, divided, wrapped

    rows, place, dim = RowRenderer(terminal), Style(bold=True), Style(dim=True)

    def drawn(pieces: "Pieces") -> str:
        if terminal.can_style:
            return rows.row(pieces)
        return "".join(text for text, _ in pieces).rstrip()

    for at, one in enumerate(found):
        if at:
            yield ""
        about = f"{_INDENT}{clean_line(one.about)}"
        yield drawn([(clean_line(one.place), place), (about, dim)])
        pieces = [
            (clean_line(text), MARK if is_match else None)
            for text, is_match in one.pieces
        ]
        text = "".join(piece for piece, _ in pieces)
        width = terminal.fitted_width
        lines = wrapped(text, max(width - len(_INDENT), 1)) if width else [text]
        for row in divided(pieces, [len(line) for line in lines]):
            yield drawn([(_INDENT, None), *row])
