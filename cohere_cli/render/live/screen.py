"""The place on the terminal where a reply is drawn: rows for good, then the tail."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, RLock, Thread

from cohere_cli.terminal import Terminal

# Seconds; more often is not seen, and costs.
_FRAME = 1 / 12
_MOST_ROWS = 8
_LEAST_WIDTH = 12


class Screen:
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
        self._tail = LiveRows()
        self._drawn_at = float("-inf")
        ci = terminal.environ.get("CI", "").lower()
        self.can_redraw = ci in ("", "0", "false")
        """Whether rows are drawn that may still change."""

    @property
    def width(self) -> int:
        """Columns to draw in; a terminal with fewer wraps."""
        return max(self._terminal.width, _LEAST_WIDTH)

    @property
    def max_live_rows(self) -> int:
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
        rows = tail if self.can_redraw else ()
        height = max(1, self._height())
        if text := self._tail.replace(finished, rows, self.width, height):
            self._terminal.draw(text)
        # To find that nothing has changed was work, too.
        self._drawn_at = self._clock()


# Autowrap off (DECAWM): a row that is wider on this terminal than we think is cut,
# instead of taking a second row that we would not know of.
_KEEP_ROWS = "\x1b[?7l"
_WRAP_ROWS = "\x1b[?7h"
_ERASE_BELOW = "\x1b[J"


class LiveRows:
    """Remembers what is drawn, so that only what differs is drawn again.

    The cursor stands at the end of the last row, or in column 0 of a free row when
    there is none. Nothing above the tail's first row is ever touched again.
    """

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._scrolled_rows: list[str] = []  # rows of the tail that were scrolled away
        self._width = 0

    def replace(
        self, finished: Sequence[str], rows: Sequence[str], width: int, height: int
    ) -> str:
        """Return what turns the tail into *finished*, for good, and then *rows*.

        *width* and *height* are the terminal's. In a new width nothing stays as it
        is drawn. A terminal that wraps rows anew when it gets narrower keeps some of
        the old tail above. To go up further would erase finished rows on one that
        does not.
        """
        anew, self._width = width != self._width, width
        self._drop_scrolled(len(self._rows) - height)
        finished = self._without_scrolled(finished)
        same = 0 if anew else self._unchanged_rows(finished, rows)
        if same == len(finished) + len(rows) and rows:
            if same == len(self._rows):
                self._rows = list(rows)
                return ""
            same -= 1  # drawn again, because the cursor belongs at its end
        left = [*finished, *rows][same:]
        grown = 0 if anew else self._unchanged_prefix(same, left)
        moved = "" if grown else self._move_to(same)
        self._rows = list(rows)
        if grown:
            left[0] = left[0][grown:]
        done = max(0, len(finished) - same)
        drawn = "".join(f"{row}\n" for row in left[:done])
        body = "\n".join(left[done:])
        return (
            f"{moved}{drawn}{_KEEP_ROWS}{body}{_WRAP_ROWS}" if body else moved + drawn
        )

    def _drop_scrolled(self, count: int) -> None:
        """Give up the first *count* rows: a lower screen has scrolled them away."""
        if count > 0:
            self._scrolled_rows += self._rows[:count]
            del self._rows[:count]

    def _without_scrolled(self, finished: Sequence[str]) -> Sequence[str]:
        """Return *finished* without the rows that stand above as they should."""
        seen = _alike(self._scrolled_rows, finished)
        self._scrolled_rows = (
            self._scrolled_rows[seen:] if seen == len(finished) else []
        )
        return finished[seen:]

    def _unchanged_prefix(self, same: int, left: Sequence[str]) -> int:
        """Return how much stands of the first row that is *left* to draw.

        It is where the cursor is if all rows but the last are the same. A row with
        wide characters may have been cut, and in a full one the cursor has not
        moved behind the last character.
        """
        if not left or same != len(self._rows) - 1:
            return 0
        last = self._rows[-1]
        stands = last.isascii() and len(last) < self._width
        return len(last) if stands and left[0].startswith(last) else 0

    def _unchanged_rows(self, finished: Sequence[str], rows: Sequence[str]) -> int:
        """Count the rows from the first that can stay as they are drawn."""
        # A finished row with wide characters may have been cut: see _KEEP_ROWS.
        stay = [row if row.isascii() else None for row in finished]
        return _alike(self._rows, [*stay, *rows])

    def _move_to(self, row: int) -> str:
        """Return what brings the cursor to the tail's *row*, which is made free."""
        if not self._rows:
            return ""
        up = len(self._rows) - 1 - row
        if up < 0:
            return "\n"
        return "\r" + (f"\x1b[{up}A" if up else "") + _ERASE_BELOW


def _alike(old: Sequence[str], new: Sequence[str | None]) -> int:
    """Count the rows from the first in which both are the same."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


class FrameTimer:
    """Calls *draw* once a frame is wanted and due, unless it came before.

    *wait* gives the seconds until one is due. Whoever draws holds `lock`, so that
    neither comes between two halves of the other's drawing. What goes wrong in the
    thread is kept for the one that reads.
    """

    def __init__(self, draw: Callable[[], None], wait: Callable[[], float]) -> None:
        self.lock = RLock()
        self._draw = draw
        self._wait = wait
        self._wanted = Event()
        self._over = Event()
        self._thread: Thread | None = None
        self._error: Exception | None = None

    def request_frame(self) -> None:
        """Have a frame drawn when it is due, from the first call on by a thread."""
        if not self._wanted.is_set():
            self._wanted.set()
            if self._thread is None:
                self._start()

    def skip(self) -> None:
        """Want no frame: another one has drawn all that is to be seen."""
        self._wanted.clear()

    def check(self) -> None:
        """Raise what went wrong in the thread, once."""
        error, self._error = self._error, None
        if error:
            raise error

    def stop(self) -> None:
        """End the thread, which draws nothing any more. Not while holding `lock`."""
        self._over.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
            # Freed here, and not by the garbage collector: a signal that came while
            # that is at work would be lost, with a traceback.
            self._thread = None

    def _start(self) -> None:
        # A daemon: whatever happens, it keeps no program from its end.
        thread = Thread(target=self._run, daemon=True)
        # Where no thread is to be had, frames come with the events alone.
        with suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        while self._wanted.wait() and not self._over.wait(self._wait()):
            with self.lock:
                if self._is_time():
                    self._draw_frame()

    def _is_time(self) -> bool:
        """Say whether a frame is still wanted and due, now that nobody else draws."""
        return self._wanted.is_set() and not self._over.is_set() and self._wait() <= 0

    def _draw_frame(self) -> None:
        self._wanted.clear()
        try:
            self._draw()
        except Exception as exc:  # noqa: BLE001 - it is raised where somebody handles it
            self._error = exc
            self._over.set()
