"""The place on the terminal where a reply is drawn: rows for good, then the tail."""

import time
from collections.abc import Callable, Sequence

from cohere_cli.render.tail import Tail
from cohere_cli.terminal import Terminal

# Seconds; more often is not seen, and costs.
_FRAME = 1 / 12
_MOST_ROWS = 8
_LEAST_WIDTH = 12


class Canvas:
    """Draws rows, and knows how many fit and when to draw again.

    *height* gives the terminal's rows, *clock* seconds from any beginning.
    """

    def __init__(
        self,
        terminal: Terminal,
        height: Callable[[], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._height = height or (lambda: terminal.height)
        self._clock = clock
        self._tail = Tail()
        self._drawn_at = float("-inf")
        self._drawn_width = self.width

    @property
    def width(self) -> int:
        """Columns to draw in; a terminal with fewer wraps."""
        return max(self._terminal.width, _LEAST_WIDTH)

    @property
    def tail_rows(self) -> int:
        """How many rows the tail may take: never a screenful."""
        return max(1, min(self._height() - 2, _MOST_ROWS))

    @property
    def is_due(self) -> bool:
        """Whether the last frame is old enough for another one."""
        return self._clock() - self._drawn_at >= _FRAME

    def draw(self, finished: Sequence[str], tail: Sequence[str] = ()) -> None:
        """Draw *finished* for good in the tail's place, and *tail* below.

        The terminal is asked for its size each time: that needs no signal handler,
        which could come between two halves of a write.
        """
        anew = self._drawn_width != (width := self.width)
        self._drawn_width = width
        if text := self._tail.replace(finished, tail, anew=anew):
            self._terminal.draw(text)
            self._drawn_at = self._clock()
