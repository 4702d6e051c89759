"""The answer token by token, each in the colour of its probability."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cohere_cli.render.odds import Odds, Piece
from cohere_cli.render.picture import Picture


class TokenView:
    """Appends tokens as they come: nothing of them changes, so nothing is redrawn.

    *draw* takes characters for a screen whose cursor is at the start of a line.
    """

    def __init__(self, picture: Picture, draw: Callable[[str], None]) -> None:
        self._picture = picture
        self._draw = draw
        self._odds = Odds()
        self._last = "\n"
        self.has_odds = False
        """Whether any token's probability came."""

    def take(self, text: str, item: Mapping[str, Any] | None) -> None:
        """Draw what *text* and its log probabilities complete."""
        self._append(self._odds.take(text, item))

    def close(self) -> None:
        """Draw the rest, and end its line."""
        self._append(self._odds.close())
        if self._last != "\n":
            self._draw("\n")
        self._last = "\n"

    def _append(self, pieces: Iterable[Piece]) -> None:
        for text, likely in pieces:
            self.has_odds = self.has_odds or likely is not None
            # First, because Ctrl-C may come in the midst of the drawing.
            self._last = text[-1:] or self._last
            self._draw(self._picture.piece(text, likely))
