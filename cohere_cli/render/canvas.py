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

    *height* gives the terminal's rows, *clock* seconds from any beginning. Where
    `CI` is set there is no tail, though it be a terminal: logs keep every movement
    of the cursor as noise.
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
        ci = terminal.environ.get("CI", "").lower()
        self.has_tail = ci in ("", "0", "false")
        """Whether rows are drawn that may still change."""

    @property
    def width(self) -> int:
        """Columns to draw in; a terminal with fewer wraps."""
        return max(self._terminal.width, _LEAST_WIDTH)

    @property
    def tail_rows(self) -> int:
        """How many rows the tail may take: never a screenful."""
        return max(1, min(self._height() - 2, _MOST_ROWS))

    @property
    def wait(self) -> float:
        """How many seconds the last frame must stand yet; up to 0: none."""
        return self._drawn_at + _FRAME - self._clock()

    def draw(self, finished: Sequence[str], tail: Sequence[str] = ()) -> None:
        """Draw *finished* for good in the tail's place, and *tail* below.

        The terminal is asked for its size each time: that needs no signal handler,
        which could come between two halves of a write.
        """
        rows = tail if self.has_tail else ()
        height = max(1, self._height())
        if text := self._tail.replace(finished, rows, self.width, height):
            self._terminal.draw(text)
        # To find that nothing has changed was work, too.
        self._drawn_at = self._clock()
