"""Draw the pictures of this folder anew: what the installed program really shows."""

# ruff: noqa: INP001 - a script beside what it writes

import contextlib
import os
import re
import shlex
import subprocess
import sys
import termios
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CO = Path(sys.executable).with_name("co")
PICTURES = {
    "chat.svg": 'co chat "Who is more popular: NSYNC or Backstreet Boys?" '
    "-d examples/boy-bands.yaml",
    "ask.svg": 'co ask "Who approves travel abroad? When are receipts handed in?" '
    "examples/handbook",
    "tools.svg": 'co chat "Sales on 2023-09-29, and prices in Electronics?" '
    "-t examples/tools.yaml --allow 'query_*'",
    "rerank.svg": 'co rerank -q "capital of the United States" examples/capitals.txt',
}
ENVIRON = {
    "CO_CONFIG_DIR": "/nonexistent",
    "CO_PROFILE": "sandbox",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
}
ROWS, COLUMNS = 50, 88
# Pixels: a cell, the way from its top to the foot of its letter, the margin of all.
WIDTH, HEIGHT, FOOT, MARGIN = 8.4, 20, 15, 18
# No font is fetched: each reader's own is stretched to the cells.
STYLE = """\
rect { fill: #1b1f24 }
text { fill: #d3d8de; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, \
"DejaVu Sans Mono", monospace; white-space: pre }
.bold { font-weight: bold }
.faint { fill-opacity: .62 }
.italics { font-style: italic }
.underscore { text-decoration: underline }
.red { fill: #e5786d }
.green { fill: #8fbf7f }
.brown { fill: #d9b46a }
.blue { fill: #7aa6da }
.magenta { fill: #c49ad0 }
.cyan { fill: #6cc0cf }
"""


class Screen(pyte.Screen):
    """A terminal's screen on which faint text blinks, for pyte knows nothing fainter.

    `co` never makes anything blink, and without COLORTERM a 2 is never a colour's.
    """

    def select_graphic_rendition(self, *attrs: int) -> None:
        faint, blinking = 2, 5
        known = (blinking if attr == faint else attr for attr in attrs)
        super().select_graphic_rendition(*known)


def main() -> None:
    """Write all pictures."""
    for name, command in PICTURES.items():
        HERE.joinpath(name).write_text(picture(command), "utf-8")


def picture(command: str) -> str:
    """Return, as SVG, a terminal on which *command* was typed and has run."""
    screen, stream = typed(command)
    stream.feed(b"".join(output(shlex.split(command))))
    rows = drawn_on(screen)
    return svg(
        command, [line for at, row in enumerate(rows) for line in texts(row, at)]
    )


def typed(command: str) -> tuple[Screen, pyte.ByteStream]:
    """Return a screen on which *command* was typed, and what writes on it."""
    screen = Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    stream.feed(f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m\r\n".encode())
    return screen, stream


def output(words: list[str]) -> Iterator[bytes]:
    """Run `co` on a terminal of its own, and yield what it sends there."""
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, (ROWS, COLUMNS))
    program = subprocess.Popen(  # noqa: S603 - our own program
        [CO, *words[1:]],
        cwd=ROOT,
        env=ENVIRON,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    last = b""
    for last in received(leader):
        yield last
    os.close(leader)
    if code := program.wait():
        sys.exit(f"exit code {code}: {shlex.join(words)}\n{last.decode()}")


def received(leader: int) -> Iterator[bytes]:
    """Yield what is sent until no sender is left."""
    # Linux reports the end as an OSError, sometimes before the last bytes.
    for _ in range(2):
        with contextlib.suppress(OSError):
            while data := os.read(leader, 65536):
                yield data


def drawn_on(screen: pyte.Screen) -> list[list[Char]]:
    """Return the rows of *screen* down to the last on which something stands."""
    used = [at for at, row in enumerate(screen.display) if row.strip()]
    rows = (screen.buffer[at] for at in range(used[-1] + 1))
    return [[row[x] for x in range(COLUMNS)] for row in rows]


def svg(title: str, lines: list[str], style: str = STYLE) -> str:
    """Return *lines*, elements of a screen in the order of its rows, as a document."""
    last = max(int(y) for line in lines for y in re.findall(r' y="(\d+)"', line))
    width, height = COLUMNS * WIDTH + 2 * MARGIN, last - FOOT + HEIGHT + 2 * MARGIN
    size = f'width="{width:g}" height="{height}" viewBox="0 0 {width:g} {height}"'
    drawn = "\n".join(lines)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>
<title>{escape(title)}</title>
<style>
{style}</style>
<rect width="100%" height="100%" rx="8"/>
<g transform="translate({MARGIN} {MARGIN})" xml:space="preserve">
{drawn}
</g>
</svg>
"""


def texts(row: list[Char], at: int, since: int = 0) -> Iterator[str]:
    """Yield an element for each stretch of the row *at* that looks the same.

    It begins at column *since*.
    """
    shown = list(enumerate(row))[since:]
    for look, stretch in groupby(shown, lambda cell: look_of(cell[1])):
        cells = list(stretch)
        while cells and cells[-1][1].data == " ":
            cells.pop()
        if cells:
            x, columns = cells[0][0], len(cells)
            text = escape("".join(cell.data for _, cell in cells), quote=False)
            styled = f' class="{look}"' if look else ""
            yield (
                f'<text{styled} x="{x * WIDTH:g}" y="{at * HEIGHT + FOOT}"'
                f' textLength="{columns * WIDTH:g}" lengthAdjust="spacingAndGlyphs">'
                f"{text}</text>"
            )


def look_of(cell: Char) -> str:
    """Return the classes of `STYLE` that make a cell look as it does."""
    looks = {
        "bold": cell.bold,
        "faint": cell.blink,
        "italics": cell.italics,
        "underscore": cell.underscore,
        cell.fg: cell.fg != "default",
    }
    return " ".join(name for name, is_so in looks.items() if is_so)


if __name__ == "__main__":
    main()
