import re
import signal

import pexpect
import pyte
import pytest

pytestmark = pytest.mark.pty

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
HI = b'data: {"type":"content-delta","delta":{"message":{"content":{"text":"Hi there"}}}}\n\n'


class Person:
    """Sits before a terminal of 24 rows and 80 columns in which `co` runs."""

    def __init__(self, co, *words: str) -> None:
        self.screen = pyte.HistoryScreen(80, 24, history=1000)
        self._stream = pyte.ByteStream(self.screen)
        self.child = pexpect.spawn(
            "co", list(words), env=co.environ, dimensions=(24, 80), timeout=10, cwd="."
        )

    def see(self) -> str:
        """Watch until the program ends, and return what is on the screen."""
        while True:
            try:
                # pyte loses what follows a variation selector on its line.
                data = self.child.read_nonblocking(65536, 10)
                self._stream.feed(data.replace("\ufe0f".encode(), b""))
            except pexpect.EOF:
                break
        self.child.close()
        return self.shown

    @property
    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()


def test_help_on_a_terminal_has_bold_headings_and_names_unless_no_color_is_set(co):
    person = Person(co, "config", "-h")
    assert person.see() == co("config", "-h").stdout.decode().rstrip()
    bold = {y for y in range(24) if person.screen.buffer[y][2].bold}
    lines = person.screen.display
    assert bold == {
        y for y in range(24) if re.match(r"\w+:\s*$| {2,6}[a-z-]", lines[y])
    }
    co.environ["NO_COLOR"] = "1"
    plain = Person(co, "config", "-h")
    plain.see()
    assert not any(plain.screen.buffer[y][2].bold for y in range(24))


def test_an_answer_is_drawn_with_its_citations_and_sources(co):
    person = Person(co, "replay", "tests/data/citations.sse")
    assert person.see() == (
        "At 25 °C 🏔 you would not notice: the Dufourspitze (4634 m)¹ is higher than the\n"
        "Matterhorn²·¹.\n"
        "\n"
        "Sources\n"
        "¹ Dufourspitze · peaks:2  “the Dufourspitze (4634 m)”, “the Matterhorn”\n"
        "² Matterhorn · peaks:1  “the Matterhorn”"
    )
    assert person.child.exitstatus == 0
    assert not person.screen.cursor.hidden


def test_thinking_plan_and_calls_look_different_from_the_answer(co):
    assert Person(co, "replay", "tests/data/thinking.sse").see().splitlines() == [
        "thinking: 4 words",
        "",
        "The Matterhorn¹ is lower.",
        "",
        "Sources",
        "¹ Matterhorn · look_up_x1:0  “The Matterhorn”",
    ]
    assert Person(co, "replay", "tests/data/tools.sse").see().splitlines() == [
        "plan",
        "│ I will look both up.",
        "",
        '→ height_of(peak="Zürichberg")',
        "→ list_peaks()",
    ]


def test_a_failed_answer_keeps_what_came_and_tells_why(co):
    person = Person(co, "replay", "tests/data/ERROR.sse")
    assert "I will look it up." in person.see()
    assert (
        "error: answer failed: the tool call that was generated makes no sense"
        in person.shown
    )
    assert person.child.exitstatus == 18


def test_a_ranking_is_a_table(sandboxed):
    words = ["-q", "What is the capital of the United States?", "examples/capitals.txt"]
    first, *others = Person(sandboxed, "rerank", *words, "-n", "2").see().splitlines()
    place = "examples/capitals.txt:4"
    assert first == f"1  0.960  {place}  Washington, D.C. is the capital of the Unite…"
    assert [line[0] for line in others] == ["2"]


def test_ctrl_c_ends_it_and_leaves_the_screen_in_order(co, serve):
    server = serve([HEAD + HI, lambda connection: connection.recv(1)])
    co.environ["CO_API_KEY"] = "k" * 9
    person = Person(co, "chat", "Hi", "--base-url", server.url)
    person.child.expect_exact("Hi there")
    person.child.sendintr()
    person.see()
    assert person.child.signalstatus == signal.SIGINT
    assert not person.screen.cursor.hidden
    assert person.screen.cursor.x == 0


def test_a_dumb_terminal_gets_no_escapes(co):
    co.environ["TERM"] = "dumb"
    person = Person(co, "replay", "tests/data/citations.sse")
    raw = person.child.read()
    assert b"\x1b" not in raw
    assert b"[1] Dufourspitze" in raw
