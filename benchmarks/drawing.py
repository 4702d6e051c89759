"""What it costs to draw an answer on a terminal, and whether four promises hold.

    python benchmarks/drawing.py [ROUNDS] [--full]

An answer comes at 400 characters a second, in pieces of 4, on a screen of 80 by 24.
Time is feigned: the frames are those of a real answer, but nobody waits for them.
Costs are CPU time, each figure the median of all rounds; only the ratios mean
something. The promises, and exit code 1 when one is broken:

- 50 kB of one kind of text, all one block, cost at most 1.5 times as much per kB as
  5 kB (prose is in paragraphs);
- 5 kB of one kind of text cost at most 5 times as much as prose;
- an answer of 50 kB with something of all costs at most 5 % of what
  `rich.live.Live(Markdown(answer))` costs at 10 frames a second;
- it sends at most 4 times the bytes of the same answer that comes in one piece.

Rich draws the whole answer in each of more than 1,000 frames, which takes some
minutes. So only 8 of them are drawn in a round, evenly spread, and multiplied;
`--full` draws them all. As it is, `Live` shows no more than the first screenful
until the end; what is drawn with "visible" can be read, but fills the scrollback.
"""

import argparse
import io
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Literal

from cohere_cli.api.protocol.events import ChatEvent, ContentDelta, MessageEnd
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.render.live.screen import Screen
from cohere_cli.terminal import Terminal

# Characters a second, characters in a piece, frames of Rich a second.
SPEED, PIECE, FRAMES = 400, 4, 10
COLUMNS, ROWS = 80, 24
SHORT, LONG = 5_000, 50_000
# Bytes to draw before the clock is read: less is over too soon.
LEAST = 20_000
SAMPLED = 8
MOST_GROWTH, MOST_SHARE, MOST_SENT = 1.5, 0.05, 4.0
MOST_BESIDE_PROSE = 5.0

OURS, ONE_PIECE, RICH = "co", "co, in one piece", "Live(Markdown)"
Overflow = Literal["ellipsis", "visible"]

OPENINGS = {
    "table": "| Name | Number | Note |\n|---|---:|---|\n",
    "fence": "```python\n",
}
# What is repeated for each kind of text; {n} is new each time.
KINDS = {
    "prose": "Part {n}: the **quick** fox jumps over `the` dog, and *so* it goes on "
    "for several lines, in which [a link](https://example.com/{n}) stands, too, and "
    "words that are plain.\n\n",
    "list": "- item {n} is **long** enough to need two rows, even of a wide screen, "
    "with some `code`\n",
    "nested list": "- item {n}\n  - with **another**\n    1. and one more in it\n",
    "table": "| Anna {n} | {n} | **bold** |\n",
    "fence": "    total += price[{n}]  # what it costs\n",
    "quotation": "> said for the time of number {n}, with **bold** words in it\n",
    "CJK and emoji": "日本語のテキスト{n}がここにあります🙂、",
    "[[[[": "[[[[",
    "one-letter lines": "a\n",
}
MIXED = ("prose", "list", "table", "fence", "quotation", "nested list", "CJK and emoji")
PART = 500


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, and bytes that the terminal gets."""

    seconds: float
    sent: int


def text_of(kind: str, size: int) -> str:
    """Return one kind of text, of about *size* bytes."""
    pieces, length = [OPENINGS.get(kind, "")], 0
    while length < size:
        pieces.append(KINDS[kind].format(n=len(pieces)))
        length += len(pieces[-1].encode())
    return "".join(pieces)


def mixed(size: int) -> str:
    """Return an answer that has something of all, of about *size* bytes."""
    texts = {kind: text_of(kind, PART) for kind in MIXED}
    texts["fence"] += "```"
    part = "# A heading\n\n" + "\n\n".join(texts.values()) + "\n\n"
    return part * round(size / len(part.encode()))


def drawn(text: str, piece: int = PIECE) -> Cost:
    """Draw *text* with `co` while it comes."""
    now = 0.0

    def events() -> Iterator[ChatEvent]:
        nonlocal now
        for at in range(0, len(text), piece):
            now = at / SPEED
            yield ContentDelta(text=text[at : at + piece])
        yield MessageEnd(finish_reason="COMPLETE")

    terminal = Terminal.fake(tty=True, columns=COLUMNS)
    canvas = Screen(terminal, lambda: ROWS, lambda: now)
    began = time.process_time()
    # A frame for a stalled answer would come at its own, real time.
    with LiveRenderer(terminal, screen=canvas, stalls=False) as live:
        for event, reply in accumulate(events()):
            live.show(event, reply)
    return Cost(time.process_time() - began, len(terminal.written))


def drawn_by_rich(text: str, overflow: Overflow, *, full: bool) -> Cost:
    """Draw *text* with Rich while it comes: all frames, or some that stand for all."""
    from rich.console import Console
    from rich.live import Live
    from rich.markdown import Markdown

    file = io.StringIO()
    screen = Console(
        file=file, force_terminal=True, color_system="256", width=COLUMNS, height=ROWS
    )
    every = SPEED // FRAMES
    ends = range(every, len(text) + every, every)
    step = 1 if full else len(ends) // SAMPLED
    seen = ends[step // 2 :: step]
    began = time.process_time()
    with Live(console=screen, auto_refresh=False, vertical_overflow=overflow) as live:
        for end in seen:
            live.update(Markdown(text[:end]), refresh=True)
        seconds, sent = time.process_time() - began, len(file.getvalue().encode())
    times = len(ends) / len(seen)
    return Cost(seconds * times, round(sent * times))


def grown(rounds: int) -> list[str]:
    """Print what each kind of text costs; return the promises that are broken."""
    taken: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind, figures in taken.items():
            figures.append((per_kilobyte(kind, SHORT), per_kilobyte(kind, LONG)))
    heads = ("5 kB", "50 kB", "growth", "/ prose")
    print(f"{'CPU ms per kB':20}" + "".join(f"{head:>10}" for head in heads))
    broken = []
    for kind, figures in taken.items():
        short, long = (median(column) for column in zip(*figures, strict=True))
        growth = median(long / short for short, long in figures)
        pairs = zip(figures, taken["prose"], strict=True)
        beside = median(one / prose for (one, _), (prose, _) in pairs)
        print(f"{kind:20}{short:10.1f}{long:10.1f}{growth:10.2f}{beside:10.1f}")
        if growth > MOST_GROWTH:
            broken.append(f"{kind}: growth {growth:.2f} is above {MOST_GROWTH}")
        if beside > MOST_BESIDE_PROSE:
            broken.append(f"{kind}: {beside:.1f} × prose, above {MOST_BESIDE_PROSE}")
    return broken


def per_kilobyte(kind: str, size: int) -> float:
    """Return the CPU milliseconds that each kB costs in *size* bytes of text."""
    text = text_of(kind, size)
    times = max(1, LEAST // size)
    return sum(drawn(text).seconds for _ in range(times)) / times * 1e6 / size


def compared(rounds: int, *, full: bool) -> list[str]:
    """Print what an answer costs beside Rich; return the promises that are broken."""
    taken = [all_costs(mixed(LONG), full=full) for _ in range(rounds)]
    heads = ("CPU s", "share", "kB sent", "ratio")
    print(f"\n{'50 kB of all kinds':20}" + "".join(f"{head:>10}" for head in heads))
    shares, ratios = {}, {}
    for name in taken[0]:
        cost, sent = median(one[name].seconds for one in taken), taken[0][name].sent
        shares[name] = median(one[name].seconds / one[RICH].seconds for one in taken)
        ratios[name] = sent / taken[0][ONE_PIECE].sent
        figures = f"{cost:10.2f}{shares[name]:10.1%}{sent / 1000:10,.0f}"
        print(f"{name:20}{figures}{ratios[name]:10,.1f}")
    share, ratio = shares[OURS], ratios[OURS]
    too_dear = [f"share {share:.1%} is above {MOST_SHARE:.0%}"] * (share > MOST_SHARE)
    return too_dear + [f"ratio {ratio:.1f} is above {MOST_SENT}"] * (ratio > MOST_SENT)


def all_costs(text: str, *, full: bool) -> dict[str, Cost]:
    """Draw *text* in each way, one after the other."""
    return {
        OURS: drawn(text),
        ONE_PIECE: drawn(text, len(text)),
        RICH: drawn_by_rich(text, "ellipsis", full=full),
        "Live, visible": drawn_by_rich(text, "visible", full=full),
    }


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="draw all frames of Rich")
    asked = parser.parse_args()
    for kind in KINDS:
        drawn(text_of(kind, PART))  # loads what is loaded only once
    broken = grown(asked.rounds) + compared(asked.rounds, full=asked.full)
    for promise in broken:
        print(f"broken: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
