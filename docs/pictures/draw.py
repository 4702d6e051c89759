"""Draw the pictures of this folder anew: what the installed program really shows."""

# ruff: noqa: INP001 - a script beside what it writes

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pyte
from pyte.screens import Char

from cohere_cli.sandbox import running

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CO = Path(sys.executable).with_name("co")
TEAMS = "'team billing|bug|delivery|account|other'"
DELIVERY = '{"team": "delivery"}'


class Run(NamedTuple):
    """A command, and what it runs with: the script and the faults of a sandbox.

    With *until*, the picture is that of the moment when the screen has this text.
    """

    command: str
    script: list[dict[str, Any]]
    faults: tuple[str, ...] = ()
    until: str = ""


def prepared(*first: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers of the recipes of `co map`, after the rules *first*."""
    import yaml

    text = (ROOT / "examples/map/replies.yaml").read_text("utf-8")
    return [*first, *yaml.safe_load(text)]


PICTURES: dict[str, str | Run] = {
    "chat.svg": 'co chat "Who is more popular: NSYNC or Backstreet Boys?" '
    "\\\n    -d examples/boy-bands.yaml -p sandbox",
    "ask.svg": 'co ask "Who approves travel abroad? When are receipts handed in?" '
    "examples/handbook",
    "tools.svg": 'co chat "Sales on 2023-09-29, and prices in Electronics?" '
    "-t examples/tools.yaml \\\n    --allow 'query_*'",
    "rerank.svg": 'co rerank -q "capital of the United States" examples/capitals.txt',
    # One ticket after the other, each answered late. The 25th is not answered at all,
    # and the 24th so late that a line is drawn, however slow the machine is.
    "map.svg": Run(
        "co map @examples/map/prompt.txt examples/map/tickets.csv --concurrency 1 \\\n"
        f"    --schema {TEAMS} > sorted.csv",
        prepared(
            {"match": {"message": "NaN"}, "error": {"status": 422}},
            {"match": {"message": "my parcel"}, "delay": 0.5, "reply": DELIVERY},
            {"match": {"message": "promised"}, "delay": 60},
        ),
        ("slow-headers=0.15",),
        "24 records",
    ),
    "map-report.svg": Run(
        "co map 'Which team is this for: {text}' examples/map/tickets.csv \\\n"
        f"    --schema {TEAMS} --expect label=team > sorted.csv",
        prepared(),
    ),
}
ENVIRON = {
    "CO_CONFIG_DIR": "/nonexistent",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
}
DRAWN = b"\x1b[?7h"  # ends a line of progress
ROWS, COLUMNS = 50, 88
# Pixels: a cell, the way from its top to the foot of its letter, the margin of all.
WIDTH, HEIGHT, FOOT, MARGIN = 8.4, 20, 15, 18
# No font is fetched: each reader's own is stretched to the cells.
STYLE = """\
rect { fill: #1b1f24 }
text { fill: #d3d8de; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, \
"DejaVu Sans Mono", monospace }
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
    for name, run in PICTURES.items():
        HERE.joinpath(name).write_text(picture(run), "utf-8")


def picture(run: str | Run) -> str:
    """Return, as SVG, a terminal on which a command was typed and has run."""
    command = run if isinstance(run, str) else run.command
    screen, stream = typed(command)
    stream.feed(b"".join(sent_by(run)))
    rows = drawn_on(screen)
    title = command.replace("\\\n    ", "")
    return svg(title, [line for at, row in enumerate(rows) for line in texts(row, at)])


def typed(command: str) -> tuple[Screen, pyte.ByteStream]:
    """Return a screen on which *command* was typed, and what writes on it."""
    screen = Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    shown = command.replace("\n", "\r\n")
    stream.feed(f"\x1b[2m$\x1b[0m \x1b[1m{shown}\x1b[0m\r\n".encode())
    return screen, stream


def sent_by(run: str | Run) -> Iterator[bytes]:
    """Run a command, and yield what it sends to its terminal."""
    command = run if isinstance(run, str) else run.command
    words = shlex.split(command.replace("\\\n", ""))
    if isinstance(run, str):
        yield from output(words, {"CO_PROFILE": "sandbox"})
        return
    with (
        tempfile.TemporaryDirectory() as journals,
        running(script=run.script, faults=run.faults) as served,
    ):
        environ = {"CO_API_URL": served.url, "CO_API_KEY": served.key}
        environ["CO_DATA_DIR"] = journals
        yield from output(words, environ, run.until.encode())


def output(
    words: list[str], environ: dict[str, str], until: bytes = b""
) -> Iterator[bytes]:
    """Run `co` on a terminal of its own, and yield what it sends there.

    With *until*, the program is ended once it has drawn a line with these bytes.
    """
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, (ROWS, COLUMNS))
    words, to_file = (words[:-2], True) if ">" in words else (words, False)
    program = subprocess.Popen(  # noqa: S603 - our own program
        [CO, *words[1:]],
        cwd=ROOT,
        env={**ENVIRON, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if to_file else follower,
        stderr=follower,
    )
    os.close(follower)
    sent = b""
    for data in received(leader):
        length, sent = len(sent), sent + data
        before, found, after = sent.partition(until) if until else (sent, b"", b"")
        if found and DRAWN in after:
            program.kill()
            yield (before + found + after.partition(DRAWN)[0])[length:]
            break
        yield data
    os.close(leader)
    code = program.wait()
    if code and not until:
        sys.exit(f"exit code {code}: {shlex.join(words)}\n{sent.decode()}")


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
<g transform="translate({MARGIN} {MARGIN})">
{drawn}
</g>
</svg>
"""


def texts(row: list[Char], at: int, since: int = 0) -> Iterator[str]:
    """Yield an element for each stretch of the row *at* that looks the same.

    It begins at column *since*.
    """
    shown = list(enumerate(row))[since:]
    for look, cells in groupby(shown, lambda cell: look_of(cell[1])):
        for x, words in stretches([*cells]):
            text = escape("".join(cell.data for cell in words), quote=False)
            styled = f' class="{look}"' if look else ""
            yield (
                f'<text{styled} x="{x * WIDTH:g}" y="{at * HEIGHT + FOOT}"'
                f' textLength="{len(words) * WIDTH:g}" lengthAdjust="spacingAndGlyphs">'
                f"{text}</text>"
            )


def stretches(cells: list[tuple[int, Char]]) -> Iterator[tuple[int, list[Char]]]:
    """Yield words with one space between them, and the column where they begin.

    Many browsers draw several spaces, and those at an end, as one or none.
    """
    marks = "".join(" " if cell.data == " " else "x" for _, cell in cells)
    for words in re.finditer("x+(?: x+)*", marks):
        found = cells[slice(*words.span())]
        yield found[0][0], [cell for _, cell in found]


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
