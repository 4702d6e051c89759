"""A person at a terminal: sessions of the installed program, watched on a screen."""

import signal

import pexpect
import pyte
import pytest
from co_program import Co
from raw_server import http

from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.store import opened_history

pytestmark = pytest.mark.pty

READY = b"\x1b[?2004h"  # written when a prompt begins
UP, ALT_ENTER, CTRL_C, CTRL_D = "\x1b[A", "\x1b\r", "\x03", "\x04"
PASTE, END_OF_PASTE = "\x1b[200~", "\x1b[201~"

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
PIECE = b'data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"%s"}}}}\n\n'
END = b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":5,"output_tokens":2}}}}\n\n'
BUSY = http(b'{"message":"slow down"}', "429 Too Many Requests", "application/json")


def answer(text: str) -> bytes:
    return HEAD + PIECE % text.encode() + END


def begun(text: str) -> list[object]:
    """Return a reply that begins, and goes on for ever."""
    return [HEAD + PIECE % text.encode(), lambda connection: connection.recv(1)]


class Sitting:
    """A session on a terminal of some size; `shown` is what its screen shows."""

    def __init__(self, co: Co, *words: str, rows: int = 24, columns: int = 80) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=1000)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            "co",
            list(words),
            env=co.environ,
            dimensions=(rows, columns),
            timeout=20,
            cwd=".",
        )

    def ready(self) -> "Sitting":
        """Watch until a prompt is there."""
        return self.until(READY)

    def until(self, text: bytes | str) -> "Sitting":
        self.child.expect_exact(text)
        self._watch(self.child.before + self.child.after)
        return self

    def type(self, keys: str) -> "Sitting":
        self.child.send(keys)
        return self

    def ask(self, line: str) -> "Sitting":
        """Type *line*, and watch until the next prompt is there."""
        return self.type(f"{line}\r").ready()

    def leave(self) -> str:
        """Leave with Ctrl-D; return all that was on the screen."""
        self.type(CTRL_D)
        return self.ended()

    def ended(self) -> str:
        self.child.expect(pexpect.EOF)
        self._watch(self.child.before)
        self.child.close()
        return self.shown

    def _watch(self, data: bytes) -> None:
        self.raw += data
        self._stream.feed(data)

    @property
    def shown(self) -> str:
        above = (
            "".join(row[x].data for x in range(self.screen.columns))
            for row in self.screen.history.top
        )
        lines = [line.rstrip() for line in (*above, *self.screen.display)]
        return "\n".join(lines).rstrip()


@pytest.fixture
def co(tmp_path) -> Co:
    one = Co(tmp_path)
    one.environ |= {"CO_API_KEY": "k" * 9, "CO_DATA_DIR": str(tmp_path / "data")}
    return one


def served(co: Co, serve, *replies: object) -> None:
    co.environ["CO_API_URL"] = serve(*replies).url


def stored(co: Co) -> list[tuple]:
    with opened_history(history_path(co.environ)) as history:
        (row,) = history.conversations()
        turns = history.turns(row.id)
        return [(one.parent, one.status, one.prompt, one.answer) for one in turns]


def test_two_turns_are_drawn_once_each_and_kept(co, serve):
    served(co, serve, answer("Hi, *Ann*."), answer("Bye."))
    sitting = Sitting(co, "chat", "-m", "m").ready().ask("Hello").ask("Goodbye")
    assert sitting.leave() == (
        "co: m; /help for help\n\n> Hello\nHi, Ann.\n\n> Goodbye\nBye.\n\n>"
    )
    assert sitting.child.exitstatus == 0
    assert stored(co) == [
        (0, "complete", "Hello", "Hi, *Ann*."),
        (1, "complete", "Goodbye", "Bye."),
    ]


def test_nothing_takes_the_whole_screen_or_the_mouse_or_asks_the_terminal(co, serve):
    served(co, serve, answer("Hi."))
    sitting = Sitting(co, "chat").ready().ask("Hello")
    sitting.leave()
    for sequence in (b"\x1b[?1049h", b"\x1b[?1000h", b"\x1b[6n", b"\x1b[?1006h"):
        assert sequence not in sitting.raw
    # What was switched on is off.
    assert sitting.raw.count(b"\x1b[?2004h") == sitting.raw.count(b"\x1b[?2004l")
    assert not sitting.screen.cursor.hidden


def test_the_status_line_has_the_model_and_the_tokens(co, serve):
    served(co, serve, answer("Hi."))
    sitting = Sitting(co, "chat", "-m", "command-a-03-2025").ready().ask("Hello")
    sitting.until("so far")
    assert sitting.screen.display[sitting.screen.cursor.y].rstrip() == (
        "command-a-03-2025 · context 7 of 256k (<1 %) · 7 tokens so far"
    )
    sitting.leave()


@pytest.mark.parametrize(
    ("keys", "prompt"),
    [
        (f"one{ALT_ENTER}two\r", "one\ntwo"),
        (f"{PASTE}one\r\ntwo\r\n{END_OF_PASTE}\r", "one\ntwo"),
        ('"""\rone\rtwo\r"""\r', "one\ntwo"),
    ],
    ids=["alt-enter", "paste", "quotes"],
)
def test_a_prompt_has_several_lines(co, serve, keys, prompt):
    served(co, serve, answer("Hi."))
    Sitting(co, "chat").ready().type(keys).ready().leave()
    ((*_, sent, _),) = stored(co)
    assert sent == prompt


def test_ctrl_c_stops_the_answer_keeps_it_and_the_session_goes_on(co, serve):
    served(co, serve, begun("Once upon"), answer("Bye."))
    sitting = Sitting(co, "chat").ready()
    sitting.type("Tell me\r").until("Once upon").type(CTRL_C).ready()
    assert "Once upon\n\nco: stopped: turn 1 is left out of what follows" in (
        sitting.shown
    )
    sitting.ask("Enough")
    assert sitting.leave().endswith("> Enough\nBye.\n\n>")
    assert sitting.child.exitstatus == 0
    assert stored(co) == [
        (0, "interrupted", "Tell me", "Once upon"),
        (0, "complete", "Enough", "Bye."),
    ]


def test_ctrl_c_before_the_first_word_stops_the_turn_too(co, serve):
    served(co, serve, [lambda connection: connection.recv(1)])
    sitting = Sitting(co, "chat").ready()
    sitting.type("Hello\r").until("waiting").type(CTRL_C).ready()
    assert "co: stopped" in sitting.leave()
    assert sitting.child.exitstatus == 0


def test_a_second_ctrl_c_in_a_hurry_does_not_end_the_session(co, serve):
    served(co, serve, begun("Once upon"), answer("Bye."))
    sitting = Sitting(co, "chat").ready()
    sitting.type("Tell me\r").until("Once upon")
    for _ in range(3):
        sitting.child.kill(signal.SIGINT)
    sitting.until("stopped").ready().ask("Enough")
    sitting.leave()
    assert sitting.child.exitstatus == 0
    assert [turn[1] for turn in stored(co)] == ["interrupted", "complete"]


def test_ctrl_c_at_the_prompt_clears_the_line_and_says_how_to_leave(co):
    sitting = Sitting(co, "chat").ready().type(f"wrong{CTRL_C}{CTRL_C}").ready()
    assert "co: Ctrl-D or /quit leaves; /help lists the commands" in sitting.shown
    sitting.type("/quit\r")
    sitting.ended()
    assert sitting.child.exitstatus == 0


def test_what_is_typed_during_an_answer_waits_for_the_prompt(co, serve):
    gate = []

    def wait(connection):
        gate.append(connection)
        connection.settimeout(10)
        connection.recv(1) if len(gate) > 1 else None

    held = [HEAD + PIECE % b"Slowly ", wait, PIECE % b"done." + END]
    served(co, serve, held, answer("Second."))
    sitting = Sitting(co, "chat").ready().ask("One").ask("Two")
    assert sitting.leave().endswith("> One\nSlowly done.\n\n> Two\nSecond.\n\n>")


def test_an_error_ends_the_turn_and_leaves_the_prompt_to_be_sent_again(co, serve):
    served(co, serve, BUSY, answer("Now."))
    sitting = Sitting(co, "chat", "--retries", "0").ready().ask("Hello")
    assert "error: slow down (HTTP 429" in sitting.shown
    sitting.type("!\r").ready()
    assert sitting.leave().endswith("> Hello!\nNow.\n\n>")
    assert [turn[1:3] for turn in stored(co)] == [
        ("error", "Hello"),
        ("complete", "Hello!"),
    ]


def test_a_session_is_gone_on_with_from_another_terminal(co, serve, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/one/two/' \"$1\"\n")
    editor.chmod(0o755)
    co.environ["EDITOR"] = str(editor)
    notes = tmp_path / "notes.md"
    notes.write_text("A note.\n")
    names = ("A", "B", "C", "D")
    served(co, serve, *map(answer, names))
    sitting = Sitting(co, "chat").ready().ask("/name trip").ask("one").ask("/edit")
    sitting.ask("three").ask("/undo").ask(f"/doc {notes}")
    screen = sitting.leave()
    assert "> two\nB\n" in screen
    assert "co: turn 3 is left out of what follows; /branch 3 includes it" in screen
    other = Sitting(co, "chat", "--resume", "trip").ready()
    assert (
        "co: command-a-03-2025, 3 turns of trip, after turn 2; /help for help"
        in other.shown
    )
    other.ask("four")
    other.leave()
    assert stored(co) == [
        (0, "complete", "one", "A"),
        (0, "complete", "two", "B"),
        (2, "complete", "three", "C"),
        (2, "complete", "four", "D"),
    ]


def test_tab_completes_a_command(co):
    sitting = Sitting(co, "chat").ready().type("/und").until("drop the last")
    sitting.type("\t").until("/undo").type("\r").ready()
    assert "has no turn to undo" in sitting.leave()


def test_a_small_terminal_has_all_of_it_too(co, serve):
    served(co, serve, answer("A sentence that is longer than a line."))
    sitting = Sitting(co, "chat", "-m", "m", rows=10, columns=30).ready()
    sitting.ask("A prompt that is longer than a line")
    assert sitting.leave() == (
        "co: m; /help for help\n"
        "\n"
        "> A prompt that is longer than\n"
        "   a line\n"
        "A sentence that is longer than\n"
        "a line.\n"
        "\n"
        ">"
    )


def test_a_dumb_terminal_gets_no_escapes(co, serve):
    served(co, serve, begun("Once upon"), answer("Bye."))
    co.environ["TERM"] = "dumb"
    sitting = Sitting(co, "chat").until("> ")
    sitting.type("Tell me\r").until("Once upon").type(CTRL_C).until("> ")
    for _ in range(2):
        sitting.type("wrong").type(CTRL_C).until("> ")
    sitting.type("Enough\r").until("Bye.")
    sitting.until("> ")
    sitting.leave()
    assert b"\x1b" not in sitting.raw
    assert [turn[1:3] for turn in stored(co)] == [
        ("interrupted", "Tell me"),
        ("complete", "Enough"),
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_end_the_session_and_restore_the_terminal(co, number):
    sitting = Sitting(co, "chat").ready()
    sitting.child.kill(number)
    sitting.ended()
    assert sitting.child.signalstatus == number
    assert sitting.raw.endswith(b"\x1b[?2004l")


def test_ctrl_z_stops_the_session_and_fg_brings_it_back(co, serve, tmp_path):
    (tmp_path / ".inputrc").write_text("set enable-bracketed-paste off\n")
    served(co, serve, answer("Hi."))
    words = ["--norc", "--noprofile", "-i"]
    shell = pexpect.spawn("bash", words, env=co.environ, timeout=20)
    shell.sendline("co chat")
    shell.expect_exact(READY)
    shell.send("Hel\x1a")
    shell.expect_exact("Stopped")
    shell.sendline("fg")
    shell.expect_exact(READY)
    shell.send("lo\r")
    shell.expect_exact(READY)
    shell.send(CTRL_D)
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    assert [turn[2] for turn in stored(co)] == ["Hello"]


def test_earlier_prompts_are_lines_of_the_next_session_unless_not_kept(co, serve):
    served(co, serve, *map(answer, "ABCDE"))
    Sitting(co, "chat").ready().ask("Hello").leave()
    co("chat", "By a command")
    Sitting(co, "chat", "--no-history").ready().ask("Secret").leave()
    Sitting(co, "chat").ready().type(f"{UP}\r").ready().type(
        f"{UP}{UP}\r"
    ).ready().leave()
    with opened_history(history_path(co.environ)) as history:
        sent = ["Hello", "By a command", "By a command", "Hello"]
        assert history.prompts(9) == sent


def test_paths_alone_are_searched_at_each_turn(sandboxed, tmp_path):
    sandboxed.environ["CO_DATA_DIR"] = str(tmp_path / "data")
    sitting = Sitting(sandboxed, "ask", "examples/handbook").ready()
    sitting.ask("Who approves travel abroad?").ask("And how long before?")
    screen = sitting.leave()
    assert "searching examples/handbook; /help for help" in screen
    assert screen.count("examples/handbook/travel.md:1-12") == 2
    assert [turn[1] for turn in stored(sandboxed)] == ["complete", "complete"]


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["chat"], {"CI": "true"}),
        (["chat", "--dry-run"], {}),
        (["chat", "-x"], {}),
        (["chat", "--record", "r.json"], {}),
    ],
    ids=["in CI", "dry run", "code", "record"],
)
def test_nothing_waits_for_a_person_who_was_not_asked(co, words, environ):
    co.environ |= environ
    sitting = Sitting(co, *words)
    assert "error: there is no prompt" in sitting.ended()
    assert sitting.child.exitstatus == 2


def test_output_to_a_file_is_no_session(co, tmp_path):
    command = f"co chat > {tmp_path}/out"
    child = pexpect.spawn("bash", ["-c", command], env=co.environ, timeout=20)
    assert b"there is no prompt" in child.read()
