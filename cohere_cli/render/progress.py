"""A line on standard error that says how far a long job is, and then is gone."""

import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from types import TracebackType
from typing import Self

from cohere_cli.terminal import Terminal

_DOING = "reranking"
_GAP = "  "
_WIDEST_BAR, _NARROWEST_BAR = 24, 8
# Records a second: below, a whole number says too little.
_FAST = 10
# Seconds. More left than this nobody waits for, nor can it be known.
_MAX_REMAINING = 100 * 3600
_DONE, _NOT_DONE, _END = "\x1b[36m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class ProgressState:
    """What is known now; None is what is not.

    `share` is from 0 to 1, `speed` in records a second, `left` and `waiting` in
    seconds.
    """

    records: int
    share: float | None = None
    speed: float | None = None
    left: float | None = None
    pending: float | None = None


def progress_line(now: ProgressState, width: int, *, colour: bool) -> str:
    """Return the line, in at most *width* columns: what says least goes first."""
    line = _GAP.join(_fitting(_parts(now), width))[: max(width, 0)]
    room = min(width - len(line) - len(_GAP), _WIDEST_BAR)
    if now.share is None or room < _NARROWEST_BAR:
        return line
    return line.replace(_DOING, f"{_DOING}{_GAP}{_bar(now.share, room, colour)}", 1)


def _parts(now: ProgressState) -> dict[str, str]:
    parts = {"doing": _DOING, "records": _counted(now.records)}
    if now.share is not None:
        parts["share"] = f"{int(now.share * 100)} %"
    if now.pending is not None:
        return {**parts, "left": f"waiting {now.pending:.0f} s (rate limit)"}
    return {**parts, "speed": _speed(now.speed), "left": _left(now.left)}


def _fitting(parts: Mapping[str, str], width: int) -> list[str]:
    shown = {name: part for name, part in parts.items() if part}
    for name in ("speed", "doing", "records", "share"):
        if len(_GAP.join(shown.values())) > width:
            shown.pop(name, None)
    return list(shown.values())


def _counted(records: int) -> str:
    return f"{records:,} {'record' if records == 1 else 'records'}"


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
    """Draw *share* of *width* columns, by halves."""
    halves = round(share * width * 2)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    rest = "─" * (width - len(done))
    return f"{_DONE}{done}{_NOT_DONE}{rest}{_END}" if colour else done + rest


# Seconds between two frames: more often is not read, and costs.
_FRAME = 1 / 8
# Seconds: what is over sooner needs no such line.
_DELAY = 0.5
# Seconds that the speed is an average of, and the fewest that make one.
_WINDOW = 10.0
_MIN_WINDOW = 1.0
_ERASE_LINE = "\r\x1b[K"
# Autowrap off (DECAWM) while the line is drawn: see `LiveRows`.
_KEEP_ROW = "\x1b[?7l"
_WRAP_ROWS = "\x1b[?7h"


class Progress:
    """Draws the line while it is entered, from whatever thread calls it.

    Only where standard error is a terminal that can erase a line, and not when told
    to be quiet; elsewhere only `note` does something. *total* is how much there is
    to do, in any unit; None is not known. *clock* gives seconds from any beginning.
    """

    def __init__(
        self,
        terminal: Terminal,
        total: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._is_on = _can_draw(terminal) and not terminal.quiet
        self._colour = not terminal.environ.get("NO_COLOR")
        self._total = total
        self._clock = clock
        self._done = self._records = 0
        self._resumes_at: float | None = None
        self._next_frame = float("inf")
        self._is_drawn = False
        self._past: deque[tuple[float, int, int]] = deque()
        # Requests are sent by threads, and those that wait say so.
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

    def update(
        self, done: int, *, records: int | None = None, total: int | None = None
    ) -> None:
        """Say that *done* of the total is done, which is so many *records*.

        Without *records*, the unit is the record. *total* replaces the one given.
        """
        with self._drawing:
            self._done, self._records = done, done if records is None else records
            self._total = self._total if total is None else total
            self._resumes_at = None
            self._draw_if_due()

    def pending(self, seconds: float) -> None:
        """Say that nothing is sent for so many seconds, because of a rate limit.

        Drawn at once; called again, it counts down.
        """
        with self._drawing:
            if self._resumes_at is None:
                self._next_frame = float("-inf")
            self._resumes_at = self._clock() + seconds
            self._draw_if_due()

    def note(self, line: str) -> None:
        """Say *line* on standard error, as `Terminal.note`, above the progress."""
        with self._drawing:
            was_drawn = self._is_drawn
            self.erase()
            self._terminal.note(line)
            if was_drawn:
                self._draw(self._clock())

    def erase(self) -> None:
        """Take the line away, until the next frame: something else will be written."""
        with self._drawing:
            if self._is_drawn:
                self._write(_ERASE_LINE)
                self._is_drawn = False

    def _draw_if_due(self) -> None:
        now = self._clock()
        if self._is_on and now >= self._next_frame:
            self._draw(now)

    def _draw(self, now: float) -> None:
        # The last column stays free: a cursor behind it is in no column at all.
        width = _columns(self._terminal) - 1
        line = progress_line(self._headway(now), width, colour=self._colour)
        # Column 0, so that the shell's prompt covers the line if we are killed.
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
        until = self._resumes_at
        waiting = None if until is None else max(until - now, 0.0)
        return ProgressState(self._records, share, speed, left, waiting)

    def _write(self, text: str) -> None:
        stream = self._terminal.stderr
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            # A lost note is no failure.
            self._is_on = False


def _can_draw(terminal: Terminal) -> bool:
    is_able = terminal.environ.get("TERM", "") not in ("", "dumb")
    return terminal.shows_notes and is_able


def _columns(terminal: Terminal) -> int:
    """Return the columns of standard error: standard output may be a file."""
    if terminal.columns:
        return terminal.columns
    try:
        return os.get_terminal_size(terminal.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
