"""Streams on a real terminal: each line once, whatever the pieces and the size."""

import codecs
import contextlib
import difflib
import io
import json
import os
import re
import signal
import termios
import threading
import time
from pathlib import Path

import pexpect
import pyte
import pytest
from co_program import ROOT
from pty_reader import received
from raw_server import http

from cohere_cli.commands.replay import run
from cohere_cli.errors import AnswerIncomplete
from cohere_cli.terminal import Terminal

pytestmark = pytest.mark.pty

SIZES = [(24, 80), (50, 160)]
PART = """\
# Part {n}. 見出し

The quick **brown** fox {n} jumps over `the` lazy dog, [a link](https://example.com/{n}) and
*so* on it goes, with <b>HTML</b> and 日本語のテキストがここにあります🙂 in it, for several lines.

- item {n}a goes on for long enough that it has to be wrapped on a screen of eighty columns
  - nested {n}b with `code`
    1. deeper {n}c

       ```sh
       echo {n}  # 日本語
       ```
- item {n}d 👩‍👩‍👧 e\u0301

| Name | 数 {n} | Third |
|------|------:|-------|
| Anna {n} | 1.0 | 🙂 |
| Béla {n} | 22 | **bold** |

```python
def f_{n}(x):
    \"\"\"Doc {n}.

    \"\"\"
    return x + {n}  # {long}
```

> A quotation {n}
> of two lines.

<div>block {n}</div>

    indented {n}

---

"""
TORTURE = "".join(PART.format(n=n, long="long " * 30) for n in range(27))
ONCE = [
    r"Part {}\.",
    r"The quick brown fox {} ",
    r" • item {}a",
    r"def f_{}\(",
    r" Anna {} ",
]


class Screen:
    """A terminal's screen and what was scrolled away from it."""

    def __init__(self, rows: int, columns: int) -> None:
        self.pyte = pyte.HistoryScreen(columns, rows, history=100_000)
        self._stream = pyte.Stream(self.pyte)
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, data: bytes) -> None:
        # pyte loses what follows a joiner or a selector on its line, as far as that
        # comes in the same piece: what is seen would depend on the reader's speed.
        text = self._decoder.decode(data)
        self._stream.feed(re.sub("[\u200d\ufe0f]", "", text))

    def resize(self, rows: int, columns: int) -> None:
        """As terminals do: what a lower screen has no room for is scrolled away."""
        screen, at = self.pyte, self.pyte.cursor.y
        lost, lower = max(0, at + 1 - rows), max(0, screen.lines - rows)
        screen.history.top.extend(screen.buffer[line].copy() for line in range(lost))
        x = screen.cursor.x
        screen.cursor_position()
        if lost:
            screen.delete_lines(lost)
        if lower:
            screen.insert_lines(lower)  # for pyte, which takes as many away above
        screen.resize(rows, columns)
        screen.cursor.x, screen.cursor.y = x, at - lost

    @property
    def lines(self) -> list[str]:
        """All lines that stand there, with those that were scrolled away."""
        assert not self.pyte.cursor.hidden
        gone = (
            "".join(row[x].data for x in range(max(row, default=-1) + 1))
            for row in self.pyte.history.top
        )
        lines = [line.rstrip() for line in (*gone, *self.pyte.display)]
        while lines and not lines[-1]:
            lines.pop()
        return lines


def replayed(file: Path, rows: int, columns: int) -> list[str]:
    """What a terminal shows of a recording, drawn within this process."""
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, (rows, columns))
    screen = Screen(rows, columns)
    reader = threading.Thread(target=read_all, args=(leader, screen))
    reader.start()
    with os.fdopen(follower, "w", encoding="utf-8") as out:
        nothing = io.TextIOWrapper(io.BytesIO())
        terminal = Terminal(nothing, out, out, {"TERM": "xterm-256color"})
        with contextlib.suppress(AnswerIncomplete):
            run(str(file), None, terminal)
    reader.join()
    os.close(leader)
    assert screen.pyte.cursor.x == 0
    return screen.lines


def read_all(leader: int, screen: Screen) -> None:
    for data in received(leader):
        screen.feed(data)


def events_of(text: str) -> list[dict]:
    """A stream that tells *text* in one piece."""
    return [
        {"type": "message-start", "id": "x", "delta": {"message": {"role": "assistant"}}},
        {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": text}}}},
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}},
    ]  # fmt: skip


def recorded_in(file: Path) -> list[dict]:
    """The events of a recording: an event stream, or one a line."""
    found = re.findall(r"^(?:data: *)?(\{.*\})\r?$", file.read_text(), re.MULTILINE)
    return [json.loads(line) for line in found]


def content_of(event: dict) -> dict:
    """Where an event has its piece of the answer or of the thinking, if it has one."""
    if event.get("type") == "content-delta":
        return event["delta"]["message"]["content"]
    choices = event.get("choices") or [{}]
    return choices[0].get("delta", {})


def piece_of(event: dict) -> tuple[str, str] | None:
    for name in ("text", "thinking", "content"):
        if text := content_of(event).get(name):
            return name, text
    return None


def cut(events: list[dict], size: int) -> list[dict]:
    """The same events, with *size* characters in each piece of text."""
    done: list[dict] = []
    for event in events:
        joined = piece_of(event) and done and piece_of(done[-1])
        if joined and done[-1].get("index") == event.get("index"):
            name, text = piece_of(event)
            content_of(done[-1])[name] += text
        else:
            done.append(json.loads(json.dumps(event)))
    return [one for event in done for one in pieces(event, size)]


def pieces(event: dict, size: int) -> list[dict]:
    if not (piece := piece_of(event)):
        return [event]
    name, text = piece
    copies = [json.loads(json.dumps(event)) for _ in range(0, len(text), size)]
    for at, one in enumerate(copies):
        content_of(one)[name] = text[at * size : at * size + size]
    return copies


def stream(events: list[dict]) -> bytes:
    output = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return output.encode()


def check(events: list[dict], folder: Path, rows: int, columns: int) -> list[str]:
    """Draw *events* in pieces of 1, 7 and 400 and in one; return what stands there."""
    file = folder / "stream.sse"
    file.write_bytes(stream(cut(events, 1 << 30)))
    whole = replayed(file, rows, columns)
    for size in (1, 7, 400):
        file.write_bytes(stream(cut(events, size)))
        found = replayed(file, rows, columns)
        assert not list(difflib.unified_diff(whole, found)), size
    return whole


def assert_once(lines: list[str], parts: int) -> None:
    for n in range(parts):
        for pattern in ONCE:
            found = [line for line in lines if re.match(pattern.format(n), line)]
            assert len(found) == 1, (pattern.format(n), found)


def recordings() -> list[Path]:
    folders = [
        ROOT / "tests/data",
        *map(Path, filter(None, [os.environ.get("CO_RECORDINGS")])),
    ]
    found = [file for folder in folders for file in sorted(folder.glob("*"))]
    return [file for file in found if re.search(r"\.sse$|chunks\.jsonl$", file.name)]


@pytest.mark.parametrize("file", recordings(), ids=lambda file: file.name)
def test_a_recording_is_drawn_the_same_in_any_pieces(tmp_path, file):
    events = recorded_in(file)
    assert events
    for rows, columns in SIZES:
        assert check(events, tmp_path, rows, columns)


def citations_in(file: Path) -> list[dict]:
    kind = "citation-start"
    found = (one for one in recorded_in(file) if one.get("type") == kind)
    return [one["delta"]["message"]["citations"] for one in found]


def text_of(file: Path) -> str:
    pieces = filter(None, map(piece_of, recorded_in(file)))
    return "".join(text for name, text in pieces if name != "thinking")


def unmarked(text: str) -> str:
    """What is seen of Markdown, in a row without blanks."""
    return re.sub(r"[\s*`~|]|\(http[^)]*\)", "", text)


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@pytest.mark.parametrize(
    "file", [*filter(citations_in, recordings())], ids=lambda file: file.name
)
def test_every_citation_is_marked_right_behind_its_own_words(file):
    lines, numbers, text = replayed(file, 24, 80), {}, text_of(file)
    seen = unmarked("".join(lines[: lines.index("Sources")]))
    for one in citations_in(file):
        ids = dict.fromkeys(source["id"] for source in one["sources"])
        signs = [str(numbers.setdefault(id_, len(numbers) + 1)) for id_ in ids]
        words = unmarked(one["text"])
        before = unmarked(text[: one["end"]]).count(words) - 1
        pattern = "[⁰-⁹¹²³·]*".join(map(re.escape, words))
        found = [seen[match.end() :] for match in re.finditer(pattern, seen)]
        sign = re.match("[⁰-⁹¹²³·]*", found[before])[0].split("·")
        assert {number.translate(RAISED) for number in signs} <= set(sign), one["text"]


def test_a_part_of_everything_is_drawn_the_same_in_any_pieces(tmp_path):
    text = PART.format(n=0, long="long " * 30)
    assert_once(check(events_of(text), tmp_path, 24, 80), 1)


@pytest.mark.slow
@pytest.mark.timeout(240)  # on a busy machine
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_all_of_a_long_answer_stands_once(tmp_path, rows, columns):
    assert len(TORTURE) > 20_000
    assert_once(check(events_of(TORTURE), tmp_path, rows, columns), 27)


class Person:
    """Watches `co chat` on a terminal, and does something half way."""

    def __init__(self, co, serve, text: str, folder: Path) -> None:
        self._go_on = threading.Event()
        output = stream(cut(events_of(text), 7))
        half = output.index(b"data: ", len(output) // 2)
        # Nothing follows the first half: the screen shows it all the same.
        first = [http(output[:half]), lambda _: self._go_on.wait(20)]
        server = serve([*first, output[half:]])
        file = folder / "half.sse"
        end = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
        file.write_bytes(output[:half] + stream([end]))
        self.half = replayed(file, 24, 80)
        co.environ["CO_API_KEY"] = "k" * 9
        self.child = pexpect.spawn(
            "co",
            ["chat", "Hi", "--base-url", server.url],
            env=co.environ,
            dimensions=(24, 80),
            echo=False,
            cwd=str(ROOT),
        )
        self.screen = Screen(24, 80)

    def watch(self) -> None:
        """Read until the screen shows the first half."""
        while self.half[-1] not in self.screen.lines:
            self.screen.feed(self.child.read_nonblocking(65536, 10))

    def resize(self, rows: int, columns: int) -> None:
        self.child.setwinsize(rows, columns)
        self.screen.resize(rows, columns)
        time.sleep(0.1)  # longer than a frame: what comes next is drawn at once

    def see(self) -> list[str]:
        """Let the answer go on, and watch until the program ends."""
        self._go_on.set()
        with contextlib.suppress(pexpect.EOF):
            while True:
                self.screen.feed(self.child.read_nonblocking(65536, 10))
        self.child.close()
        assert self.screen.pyte.cursor.x == 0
        return self.screen.lines


def bare(lines: list[str]) -> str:
    """The characters alone, without what depends on the width."""
    return re.sub(r"[\s▌─]", "", "".join(lines))


WORDS = "".join(f"{n}. line of many words\n\n" for n in range(30)) + "".join(
    f"word{n} " for n in range(200)
)


@pytest.mark.parametrize(
    ("rows", "columns"), [(24, 120), (40, 80), (24, 60), (5, 80), (2, 80)]
)
def test_a_resize_in_the_middle_repeats_nothing_and_loses_nothing(
    co, serve, tmp_path, rows, columns
):
    person = Person(co, serve, WORDS, tmp_path)
    person.watch()
    person.resize(rows, columns)
    assert bare(person.see()) == bare([WORDS])


def test_ctrl_c_in_the_middle_keeps_what_came_once(co, serve, tmp_path):
    text = PART.format(n=0, long="long " * 30) + WORDS[-1600:]
    person = Person(co, serve, text, tmp_path)
    person.watch()
    person.child.sendintr()
    assert person.see() == person.half
    assert person.child.signalstatus == signal.SIGINT


ANSWER = (
    "At 25 °C 🏔️ you would not notice: the Dufourspitze (4634 m) is higher than"
    " the Matterhorn."
)


def raw_of(co, *words: str, columns: int = 80, **environ: str | None) -> str:
    """All that a recording sends to a terminal where the environment is *environ*."""
    env = {name: value for name, value in {**co.environ, **environ}.items() if value}
    child = pexpect.spawn(
        "bash",
        ["-c", " ".join(("co replay tests/data/citations.sse", *words))],
        env=env,
        dimensions=(24, columns),
        echo=False,
        timeout=20,
        cwd=str(ROOT),
    )
    raw = child.read().decode()
    child.close()
    return raw


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_takes_no_escapes_gets_none(co, term):
    raw = raw_of(co, TERM=term)
    assert raw.startswith(f"{ANSWER}\r\n\r\nSources\r\n[1] Dufourspitze")
    assert "\x1b" not in raw


def test_no_color_leaves_only_bold_and_dim(co):
    raw = raw_of(co, NO_COLOR="1")
    assert "\x1b[1m¹\x1b[0m" in raw
    assert set(re.findall(r"\x1b\[([0-9;]*)m", raw)) <= {"0", "1", "2", "1;2"}


def test_a_log_of_ci_gets_no_movement_of_the_cursor(co):
    raw = raw_of(co, CI="true")
    assert "\x1b[1;36m¹\x1b[0m" in raw
    assert set(re.findall(r"\r(?!\n)|\x1b\[[0-9;?]*[^0-9;?m]", raw)) == set()


def test_a_pipe_gets_the_answer_alone(co):
    run = co("replay", "tests/data/citations.sse")
    assert (run.stdout.decode(), run.stderr) == (f"{ANSWER}\n", b"")


def test_notes_that_go_elsewhere_leave_the_drawing_as_it_is(co, tmp_path):
    notes = tmp_path / "notes"
    assert "\x1b[1;36m¹\x1b[0m" in raw_of(co, f"2> {notes}")
    assert notes.read_text() == ""


def test_a_terminal_of_twelve_columns_loses_no_word(co):
    screen = Screen(24, 12)
    screen.feed(raw_of(co, columns=12).encode())
    shown = "".join(screen.lines[: screen.lines.index("Sources")])
    assert bare([re.sub("[¹²·]", "", shown)]) == bare([ANSWER.replace("\ufe0f", "")])
