"""The drawing area on the terminal: finished rows, and live rows that are redrawn."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import RLock, Thread

from cohere_cli.render.live.rewrap import count_rewrapped, rewraps
from cohere_cli.terminal import Terminal

# Seconds; a higher frame rate is not visible and costs time.
_FRAME = 1 / 12
_SETTLED = 0.5
_MOST_ROWS = 8
_LEAST_WIDTH = 12


class Screen:
    """Draws rows, and decides how many fit and when the next frame is due.

    *height* returns the terminal's rows, *clock* seconds from any starting point. With
    `CI` set there are no live rows, even on a terminal: a log would show the cursor
    movements.
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
        self._tail = LiveRows(rewraps=rewraps(terminal.environ))
        self._drawn_width = 0
        self._resized_at = float("-inf")
        self._waiting: list[str] = []  # finished rows, up to the next frame
        self._size: tuple[int, int] | None = None  # for the next frame
        self._drawn_at = float("-inf")
        self.can_redraw = terminal.can_redraw
        """Whether live rows are drawn."""

    @property
    def width(self) -> int:
        """Columns to draw in, 12 or more; a narrower terminal wraps."""
        return self._frame_size()[0]

    @property
    def max_live_rows(self) -> int:
        """The maximum number of live rows, always fewer than the screen's."""
        return max(1, min(self._frame_size()[1] - 2, _MOST_ROWS))

    def _frame_size(self) -> tuple[int, int]:
        """Return the columns and rows of the next frame; all of it is for one size.

        Read once for each frame. A SIGWINCH handler could interrupt a write.
        """
        if self._size is None:
            self._size = max(self._terminal.width, _LEAST_WIDTH), self._height()
        return self._size

    @property
    def wait(self) -> float:
        """Seconds until the next frame is due; 0 or less if it is due now."""
        return self._drawn_at + _FRAME - self._clock()

    def add(self, finished: Sequence[str]) -> None:
        """Draw the final rows *finished* with the next frame, above what it draws."""
        self._waiting += finished

    def draw(self, finished: Sequence[str] = (), tail: Sequence[str] = ()) -> None:
        """Replace the live rows by the final rows *finished* and the live rows *tail*.

        It is one write, whatever was added since the last frame.
        """
        rows = tail if self.can_redraw else ()
        width, height = self._frame_size()
        above = [*self._waiting, *finished]
        settled = self._is_settled(width)
        text = self._tail.replace(above, rows, width, max(1, height), settled=settled)
        if text:
            self._terminal.draw(text)
        # After drawing, because Ctrl-C may interrupt it.
        self._waiting, self._size = [], None
        # Also if nothing has changed, because the comparison takes time.
        self._drawn_at = self._clock()

    def _is_settled(self, width: int) -> bool:
        """Whether the last frame was drawn in the width that it was meant for.

        While a window is being dragged, tmux reports its width up to 0.25 s late, and
        rows are cut meanwhile.
        """
        now = self._clock()
        is_settled = now - self._resized_at > _SETTLED
        if width != self._drawn_width:
            self._drawn_width, self._resized_at = width, now
        return is_settled


# Autowrap off (DECAWM): a row that is wider on this terminal than computed is cut,
# and does not take a second row.
_KEEP_ROWS = "\x1b[?7l"
_WRAP_ROWS = "\x1b[?7h"
_ERASE_BELOW = "\x1b[J"
_ERASE_ROW = "\x1b[K"


class LiveRows:
    """The live rows as drawn; only rows that differ are redrawn.

    The cursor is at the end of the last live row, or in column 0 of an empty row
    if there is none. Rows above the first live row are never changed. *rewraps* is
    whether the terminal wraps rows again when it gets narrower.
    """

    def __init__(self, *, rewraps: bool = False) -> None:
        self._rewraps = rewraps
        self._rows: list[str] = []
        self._scrolled_rows: list[str] = []  # live rows that left the screen
        self._width = 0

    def replace(
        self,
        finished: Sequence[str],
        rows: Sequence[str],
        width: int,
        height: int,
        *,
        settled: bool = True,
    ) -> str:
        """Return the text that replaces the live rows by *finished* and new *rows*.

        *width* and *height* are the terminal's. After a change of width all live rows
        are redrawn. A terminal that is not known to wrap rows again when it gets
        narrower may do so: part of the old live rows then remains above. Moving
        further up would erase finished rows on terminals that do not, or if the rows
        may have been cut: they are not *settled*.
        """
        anew, narrower = width != self._width, settled and width < self._width
        self._width = width
        self._drop_scrolled(len(self._rows) - height)
        finished = self._without_scrolled(finished)
        same = 0 if anew else self._unchanged_rows(finished, rows)
        if same == len(finished) + len(rows) and rows:
            if same == len(self._rows):
                self._rows = list(rows)
                return ""
            same -= 1  # redrawn, to move the cursor to its end
        left = [*finished, *rows][same:]
        grown = 0 if anew else self._unchanged_prefix(same, left)
        taken = self._rows_taken(same, height, narrower=narrower)
        moved = "" if grown else self._move_to(same, taken)
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
        """Drop the first *count* rows, which scrolled off a screen that got lower."""
        if count > 0:
            self._scrolled_rows += self._rows[:count]
            del self._rows[:count]

    def _without_scrolled(self, finished: Sequence[str]) -> Sequence[str]:
        """Return *finished* without the rows that scrolled off already drawn."""
        seen = _alike(self._scrolled_rows, finished)
        self._scrolled_rows = (
            self._scrolled_rows[seen:] if seen == len(finished) else []
        )
        return finished[seen:]

    def _unchanged_prefix(self, same: int, left: Sequence[str]) -> int:
        """Return how many characters of the first row in *left* are already drawn.

        The cursor is in that row if all rows except the last are the same. The result
        is 0 for a row with wide characters, which may have been cut, and for a full
        row, where the cursor is not behind the last character.
        """
        if not left or same != len(self._rows) - 1:
            return 0
        last = self._rows[-1]
        is_intact = last.isascii() and len(last) < self._width
        return len(last) if is_intact and left[0].startswith(last) else 0

    def _unchanged_rows(self, finished: Sequence[str], rows: Sequence[str]) -> int:
        """Count the leading rows that need no redrawing."""
        # A finished row with wide characters may have been cut: see _KEEP_ROWS.
        stay = [row if row.isascii() else None for row in finished]
        return _alike(self._rows, [*stay, *rows])

    def _rows_taken(self, row: int, height: int, *, narrower: bool) -> int:
        """Return how many rows of the terminal the live rows from *row* on take."""
        if narrower and self._rewraps:
            return min(count_rewrapped(self._rows[row:], self._width), height)
        return len(self._rows) - row

    def _move_to(self, row: int, taken: int) -> str:
        """Return the sequence that moves to the live *row* and erases from there.

        *taken* rows are between it and the cursor's, both included.
        """
        if not self._rows:
            return ""
        up = taken - 1
        if row >= len(self._rows):
            return "\n"
        if self._rewraps:
            # From the first row of its screen, tmux keeps in its history what is
            # erased below; narrower rows have often moved the live rows up there.
            return "\r" + _ERASE_ROW + f"\x1b[A{_ERASE_ROW}" * up
        return "\r" + (f"\x1b[{up}A" if up else "") + _ERASE_BELOW


def _alike(old: Sequence[str], new: Sequence[str | None]) -> int:
    """Count the leading rows that are equal in both."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


class FrameTimer:
    """Calls *draw* from a thread when a requested frame is due.

    *wait* returns the seconds until a frame is due. Both threads hold `lock` while
    they draw. An exception in the thread is raised by `check`.
    """

    def __init__(self, draw: Callable[[], None], wait: Callable[[], float]) -> None:
        self.lock = RLock()
        self._draw = draw
        self._wait = wait
        self._is_requested = False
        self._is_stopped = False
        # Not an `Event`: a signal within its `set` leaves it locked, for ever.
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._thread: Thread | None = None
        self._error: Exception | None = None

    def request_frame(self) -> None:
        """Draw a frame when it is due; the first call starts the thread."""
        if not self._is_requested:
            self._is_requested = True
            self._wake.put(None)
            if self._thread is None:
                self._start()

    def skip(self) -> None:
        """Cancel the requested frame, because another one was drawn."""
        self._is_requested = False

    def check(self) -> None:
        """Raise the exception of the thread, once."""
        error, self._error = self._error, None
        if error:
            raise error

    def stop(self) -> None:
        """Stop the thread; the caller must not hold `lock`."""
        self._is_stopped = True
        self._wake.put(None)
        if self._thread is not None:
            self._thread.join()
            # Freed here, because a signal during garbage collection would be lost,
            # with a traceback.
            self._thread = None

    def _start(self) -> None:
        # A daemon thread does not delay the end of the program.
        thread = Thread(target=self._run, daemon=True)
        # Without a thread, frames are drawn only when events arrive.
        with suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        while not self._is_stopped:
            # Without a request, until there is one.
            wait = max(self._wait(), 0) if self._is_requested else None
            with suppress(Empty):
                self._wake.get(timeout=wait)
            with self.lock:
                if self._is_due():
                    self._draw_frame()

    def _is_due(self) -> bool:
        """Return whether a frame is still requested and due; needs `lock`."""
        is_open = self._is_requested and not self._is_stopped
        return is_open and self._wait() <= 0

    def _draw_frame(self) -> None:
        self._is_requested = False
        try:
            self._draw()
        except Exception as exc:  # noqa: BLE001 - `check` raises it in the main thread
            self._error = exc
            self._is_stopped = True
