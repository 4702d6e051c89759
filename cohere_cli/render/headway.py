"""How far a long job is, as one line that fits."""

from collections.abc import Mapping
from dataclasses import dataclass

_DOING = "reranking"
_GAP = "  "
_WIDEST_BAR, _NARROWEST_BAR = 24, 8
# Records a second: below, a whole number says too little.
_FAST = 10
# Seconds. More left than this nobody waits for, nor can it be known.
_LONGEST = 100 * 3600
_DONE, _NOT_DONE, _END = "\x1b[36m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Headway:
    """What is known now; None is what is not.

    `share` is from 0 to 1, `speed` in records a second, `left` and `waiting` in
    seconds.
    """

    records: int
    share: float | None = None
    speed: float | None = None
    left: float | None = None
    waiting: float | None = None


def headway_line(now: Headway, width: int, *, colour: bool) -> str:
    """Return the line, in at most *width* columns: what says least goes first."""
    line = _GAP.join(_fitting(_parts(now), width))[: max(width, 0)]
    room = min(width - len(line) - len(_GAP), _WIDEST_BAR)
    if now.share is None or room < _NARROWEST_BAR:
        return line
    return line.replace(_DOING, f"{_DOING}{_GAP}{_bar(now.share, room, colour)}", 1)


def _parts(now: Headway) -> dict[str, str]:
    parts = {"doing": _DOING, "records": _counted(now.records)}
    if now.share is not None:
        parts["share"] = f"{int(now.share * 100)} %"
    if now.waiting is not None:
        return {**parts, "left": f"waiting {now.waiting:.0f} s (rate limit)"}
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
    if seconds is None or seconds > _LONGEST:
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
