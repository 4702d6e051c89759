"""Draw the recordings of this folder anew: `co replay` at the speed of the reply.

Each is an SVG that plays without a script. A reader who asks for less motion, and a
program that does not play, see the last picture.
"""

# ruff: noqa: INP001 - a script beside what it writes

from collections.abc import Iterator
from itertools import takewhile
from time import monotonic
from typing import NamedTuple

from draw import COLUMNS, HERE, STYLE, drawn_on, sent_by, svg, texts, typed
from pyte.screens import Char

RECORDINGS = {"replay.svg": "co replay examples/bands.rec --speed 1"}
TICK, PAUSE = 0.1, 6.0  # seconds: between pictures at least, and after the last
BLANK = Char(" ")
MOTION = """\
.past { visibility: hidden }
@media (prefers-reduced-motion: reduce) { g { animation: none !important } }
"""

Row = list[Char]
Frame = tuple[int, list[Row]]
"""A tick, counted from the first, and the rows on the screen from then on."""


class Part(NamedTuple):
    """Elements of one row that come and go together; `end` is None if they stay."""

    elements: str
    start: int
    end: int | None


def main() -> None:
    """Write all recordings."""
    for name, command in RECORDINGS.items():
        HERE.joinpath(name).write_text(animation(command, frames_of(command)), "utf-8")


def frames_of(command: str) -> list[Frame]:
    """Run *command*, and return what was on its screen, with the ticks of changes."""
    screen, stream = typed(command)
    frames: dict[int, list[Row]] = {0: drawn_on(screen)}
    began: float | None = None
    for sent in sent_by(command):
        now = monotonic()
        # A second to see the command before it prints.
        began = now - 1 if began is None else began
        stream.feed(sent)
        frames[round((now - began) / TICK)] = drawn_on(screen)
    return sorted(frames.items())


def animation(title: str, frames: list[Frame]) -> str:
    """Return *frames* as an SVG document that plays again and again."""
    count = max(len(rows) for _, rows in frames)
    parts = [part for at in range(count) for part in parts_of(at, frames)]
    seconds = frames[-1][0] * TICK + PAUSE
    moving = sorted({(one.start, one.end) for one in parts if one.start or one.end})
    rules = [rule(start, end, seconds) for start, end in moving]
    style = STYLE + "".join(rules) + MOTION
    return svg(title, [group(one) for one in parts], style)


def parts_of(at: int, frames: list[Frame]) -> Iterator[Part]:
    """Yield the parts of the row *at*, of those that only grow each addition alone."""
    shown: list[tuple[str, int]] = []
    before = [BLANK] * COLUMNS
    for tick, rows in frames:
        row = rows[at] if at < len(rows) else [BLANK] * COLUMNS
        if row == before:
            continue
        since = length(before)
        if row[:since] != before[:since]:
            yield from (Part(elements, start, tick) for elements, start in shown)
            shown, since = [], 0
        if added := "\n".join(texts(row, at, since)):
            shown.append((added, tick))
        before = row
    yield from (Part(elements, start, None) for elements, start in shown)


def length(row: Row) -> int:
    """Return the number of columns up to the last that is not blank."""
    return COLUMNS - sum(1 for _ in takewhile(lambda cell: cell == BLANK, row[::-1]))


def group(part: Part) -> str:
    """Return the elements of *part*, with the class that plays them."""
    if not part.start and part.end is None:
        return part.elements
    classes = name_of(part.start, part.end) + (" past" if part.end else "")
    return f'<g class="{classes}">{part.elements}</g>'


def rule(start: int, end: int | None, seconds: float) -> str:
    """Return the style of what is seen from tick *start* to *end* of a round."""
    name = name_of(start, end)
    steps = {0: "hidden", start: "visible"} | ({} if end is None else {end: "hidden"})
    frames = " ".join(
        f"{100 * tick * TICK / seconds:.2f}% {{ visibility: {seen} }}"
        for tick, seen in steps.items()
    )
    return (
        f".{name} {{ animation: {name} {seconds:g}s step-end infinite }}\n"
        f"@keyframes {name} {{ {frames} }}\n"
    )


def name_of(start: int, end: int | None) -> str:
    """Return the name of what is seen from tick *start* to *end*."""
    return f"t{start}" if end is None else f"t{start}-{end}"


if __name__ == "__main__":
    main()
