"""A progress line on standard error, erased at the end.

Rich's own costs 60 ms to import, redraws from a thread, and leaves its last line
behind when the program is killed.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cohere_cli.errors import RetryNotice
from cohere_cli.record import value_class
from cohere_cli.terminal import Terminal, clean_line
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.pauses import Pauses

_ACTIVITY, _UNIT = "reranking", "record"
"""What is done by default, and the name of what is counted."""
_GAP = "  "
_MAX_BAR, _MIN_BAR = 24, 8
# Records per second from which a whole number is precise enough.
_FAST = 10
# Seconds; a longer estimate is not useful.
_MAX_REMAINING = 100 * 3600
_DONE, _NOT_DONE, _END = "\x1b[36m", "\x1b[2m", "\x1b[0m"


@value_class
class ProgressState:
    """The progress so far; None is unknown.

    `share` is from 0 to 1, `speed` in records per second, `left` in seconds.
    `activity` is what is done, `more` what else is counted, and `unit` the name of
    one record. `waiting` is why requests wait; it stands in the place of the speed.
    """

    records: int
    share: float | None = None
    speed: float | None = None
    left: float | None = None
    activity: str = _ACTIVITY
    more: str = ""
    unit: str = _UNIT
    waiting: str = ""


def progress_line(now: ProgressState, width: int, *, colour: bool) -> str:
    """Return the line in at most *width* columns, without what does not fit."""
    line = _GAP.join(_fitting(_parts(now), width))[: max(width, 0)]
    room = min(width - len(line) - len(_GAP), _MAX_BAR)
    if now.share is None or room < _MIN_BAR:
        return line
    return line.replace(
        now.activity, f"{now.activity}{_GAP}{_bar(now.share, room, colour)}", 1
    )


def _parts(now: ProgressState) -> dict[str, str]:
    parts = {"activity": now.activity, "records": plural(now.records, now.unit)}
    if now.share is not None:
        parts["share"] = f"{int(now.share * 100)} %"
    speed, left = _speed(now.speed), _left(now.left)
    if now.waiting:
        return {**parts, "left": left, "more": now.more, "waiting": now.waiting}
    return {**parts, "speed": speed, "left": left, "more": now.more}


def _fitting(parts: Mapping[str, str], width: int) -> list[str]:
    shown = {name: part for name, part in parts.items() if part}
    droppable = ["speed", "activity", "records", "share", "more"]
    if "waiting" in parts:
        droppable = ["left", *droppable]
    for name in droppable:
        if len(_GAP.join(shown.values())) > width:
            shown.pop(name, None)
    return list(shown.values())


def _speed(speed: float | None) -> str:
    if speed is None:
        return ""
    return f"{speed:,.{0 if speed >= _FAST else 1}f}/s"


def _left(seconds: float | None) -> str:
    if seconds is None or seconds > _MAX_REMAINING:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{clock}:{rest:02} left"


def _bar(share: float, width: int, colour: bool) -> str:
    """Return a bar of *width* columns, filled to *share* in half columns."""
    halves = round(share * width * 2)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    rest = "─" * (width - len(done))
    return f"{_DONE}{done}{_NOT_DONE}{rest}{_END}" if colour else done + rest


# Seconds between two frames.
_FRAME = 1 / 8
# Seconds before the first frame.
_DELAY = 0.5
# Seconds that the speed is averaged over, at most and at least.
_WINDOW = 10.0
_MIN_WINDOW = 1.0
_ERASE_LINE = "\r\x1b[K"
# Autowrap off (DECAWM) while the line is drawn: see `LiveRows`.
_KEEP_ROW = "\x1b[?7l"
_WRAP_ROWS = "\x1b[?7h"


class Progress:
    """Draws the line inside a `with` block; any thread may call it.

    It is drawn where standard error is a terminal that can erase a line, and not with
    --quiet; elsewhere only `note` has an effect. *total* is the amount of work, in
    any unit; None is unknown. *clock* returns seconds. *activity* is what is done,
    and *unit* the name of one record.
    """

    def __init__(
        self,
        terminal: Terminal,
        total: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        activity: str = _ACTIVITY,
        unit: str = _UNIT,
    ) -> None:
        self._activity, self._unit = activity, unit
        self._more: Callable[[], str] = str
        self._terminal = terminal
        self._is_on = terminal.can_redraw_notes and not terminal.quiet
        self._colour = terminal.allows_colour
        self._total = total
        self._clock = clock
        self._done = self._records = 0
        self._next_frame = float("inf")
        self._is_drawn = False
        self._pauses: Pauses | None = None
        self._past: deque[tuple[float, int, int]] = deque()
        # Requests are sent by threads, and their notes come from there.
        self._drawing = RLock()

    def __enter__(self) -> Self:
        began = self._clock()
        self._past.append((began, 0, 0))
        self._next_frame = began + _DELAY
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.erase()
        self._is_on = False
        if self._pauses and (summary := self._pauses.summary()):
            self._terminal.note(f"co: {summary}")

    def update(
        self,
        done: int,
        *,
        records: int | None = None,
        more: Callable[[], str] = str,
    ) -> None:
        """Set how much of the total is *done*, and how many *records* that is.

        Without *records*, the unit is the record. What *more* returns is shown at the
        end; it is called when the line is drawn, which is much rarer than an update.
        """
        with self._drawing:
            self._more = more
            self._done, self._records = done, done if records is None else records
            self._draw_if_due()

    def note(self, line: str) -> None:
        """Write *line* to standard error above the progress; see `Terminal.note`.

        Of a `RetryNotice`, the progress has the cause and the seconds; where none is
        drawn, a line is written if no other request waits. With --verbose, each is.
        """
        with self._drawing:
            if isinstance(line, RetryNotice):
                line = self._joined(line)
            if line:
                self._write_above(line)

    def _joined(self, wait: RetryNotice) -> str:
        """Count *wait*, and return the line to write about it; "" for none."""
        line = f"co: {wait}"
        if self._terminal.verbose:
            return line
        from cohere_cli.api.pauses import Pauses

        now = self._clock()
        self._pauses = self._pauses or Pauses()
        is_first = self._pauses.add(wait, now)
        if self._is_on:
            self._draw(now)
            return ""
        self._pauses.noted += is_first
        return line if is_first else ""

    def _write_above(self, line: str) -> None:
        was_drawn = self._is_drawn
        self.erase()
        self._terminal.note(line)
        if was_drawn:
            self._draw(self._clock())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Draw nothing in the block, which may ask a question."""
        with self._drawing:
            self.erase()
            was_on, self._is_on = self._is_on, False
        try:
            yield
        finally:
            self._is_on = was_on

    def erase(self) -> None:
        """Erase the line until the next frame, so that others can write."""
        with self._drawing:
            if self._is_drawn:
                self._write(_ERASE_LINE)
                self._is_drawn = False

    def _draw_if_due(self) -> None:
        now = self._clock()
        if self._is_on and now >= self._next_frame:
            self._draw(now)

    def _draw(self, now: float) -> None:
        # The last column stays free: after it, the cursor position is undefined.
        width = _columns(self._terminal) - 1
        if self._terminal.overlay:
            # The seconds until there is something to count.
            self._terminal.overlay.end()
        line = progress_line(self._headway(now), width, colour=self._colour)
        # Column 0, so that the shell's prompt overwrites the line after a kill.
        self._is_drawn = True
        self._write(f"{_KEEP_ROW}\r{line}\x1b[K\r{_WRAP_ROWS}")
        self._next_frame = now + _FRAME

    def _headway(self, now: float) -> ProgressState:
        while len(self._past) > 1 and now - self._past[1][0] >= _WINDOW:
            self._past.popleft()
        began, done, records = self._past[0]
        self._past.append((now, self._done, self._records))
        seconds = now - began
        is_known = seconds >= _MIN_WINDOW and self._done > done
        speed = (self._records - records) / seconds if is_known else None
        share = left = None
        if self._total:
            share = min(self._done / self._total, 1.0)
            rest = max(self._total - self._done, 0)
            left = rest * seconds / (self._done - done) if is_known else None
        names = self._activity, self._more(), self._unit
        waiting = clean_line(self._pauses.shown(now)) if self._pauses else ""
        return ProgressState(self._records, share, speed, left, *names, waiting)

    def _write(self, text: str) -> None:
        stream = self._terminal.stderr
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            # A lost progress line is not a failure.
            self._is_on = False


def _columns(terminal: Terminal) -> int:
    """Return the columns of standard error: standard output may be a file."""
    if terminal.columns:
        return terminal.columns
    try:
        return os.get_terminal_size(terminal.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
