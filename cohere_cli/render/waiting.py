"""The line `waiting 3 s` on a terminal, from the request until the first output."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import RLock, Thread
from typing import TextIO

from cohere_cli.terminal import Terminal

# Seconds; most answers begin earlier, and a line that flashes disturbs.
_DELAY = 0.4
# Autowrap off (DECAWM) while the line is drawn: a narrow terminal cuts it.
_DRAW = "\x1b[?7l\r\x1b[2m{}\x1b[0m\x1b[K\r\x1b[?7h"
_ERASE = "\r\x1b[K"


@contextmanager
def waiting_line(
    terminal: Terminal, what: str = "waiting", *, on_notes: bool = False
) -> Iterator[None]:
    """Show how long the block has lasted, until it writes to standard output.

    *what* is what it does: `waiting 3 s`.

    The line is on standard output, or on standard error with *on_notes* and where the
    output goes elsewhere; only where that is a terminal whose rows can be redrawn, and
    not with --quiet. A thread draws it, so that a read that stalls does not delay it.
    """
    on_notes = on_notes or not terminal.can_redraw
    can_redraw = terminal.can_redraw_notes if on_notes else terminal.can_redraw
    if terminal.quiet or not can_redraw:
        yield
        return
    line = WaitingLine(terminal.stderr if on_notes else terminal.stdout, what=what)
    terminal.overlay = line
    try:
        line.start()
        yield
    finally:
        line.end()
        terminal.overlay = None


def working_line(terminal: Terminal, what: str) -> AbstractContextManager[None]:
    """Show on standard error for how long *what* has been going on in the block.

    Such as `reading files 3 s`: of work that comes before any output.
    """
    return waiting_line(terminal, what, on_notes=True)


class WaitingLine:
    """A dim line on *stream* with the seconds since its creation.

    *clock* returns seconds. The cursor stays in column 0, so that the shell's prompt
    overwrites the line after a kill.
    """

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
        what: str = "waiting",
    ) -> None:
        self._stream = stream
        self._what = what
        self._clock = clock
        self._began = clock()
        self._is_drawn = False
        self._has_ended = False
        # Not an `Event`: a signal within its `set` leaves it locked, for ever.
        self._end: SimpleQueue[None] = SimpleQueue()
        # The thread draws, and others write notes: one at a time.
        self._lock = RLock()

    def start(self) -> None:
        """Draw the line from now on, once a second."""
        # Without a thread there is no line, which is no failure.
        with suppress(RuntimeError):
            Thread(target=self._run, daemon=True).start()

    def end(self) -> None:
        """Erase the line for good."""
        if not self._has_ended:
            with self._lock:
                self._has_ended = True
                self._end.put(None)
                self._erase()

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Erase the line until its next second, and keep it away from the block."""
        with self._lock:
            self._erase()
            yield

    def draw(self) -> None:
        """Draw the line, unless it has ended."""
        with self._lock:
            if not self._has_ended:
                seconds = int(self._clock() - self._began)
                text = f"{self._what} {seconds} s" if seconds else self._what
                self._is_drawn = True
                self._write(_DRAW.format(text))

    def _run(self) -> None:
        pause = _DELAY
        while not self._has_ended:
            with suppress(Empty):
                self._end.get(timeout=pause)
            self.draw()
            # The next whole second.
            pause = 1 - (self._clock() - self._began) % 1

    def _erase(self) -> None:
        if self._is_drawn:
            self._is_drawn = False
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # A lost line is not a failure; what is written next reports it.
            self._has_ended = True
