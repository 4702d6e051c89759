"""The line editor on a pseudo-terminal, with keys that a person may press."""

import os
import threading

import pytest
from pty_reader import received

from cohere_cli.conversation.session.completer import SessionCompleter
from cohere_cli.conversation.session.line_editor import LineEditor, PlainReader
from cohere_cli.terminal import Terminal

pytestmark = pytest.mark.pty

UP, LEFT, ALT_ENTER, CTRL_C, CTRL_D = "\x1b[A", "\x1b[D", "\x1b\r", "\x03", "\x04"
PASTE, END_OF_PASTE = "\x1b[200~", "\x1b[201~"


class Keyboard:
    """A terminal; `types` writes keys once a prompt is there; the end closes it."""

    def __init__(self) -> None:
        self.leader, self.follower = os.openpty()
        self.stdin = os.fdopen(os.dup(self.follower), encoding="utf-8", buffering=1)
        self.stdout = os.fdopen(self.follower, "w", encoding="utf-8")
        environ = {"TERM": "xterm-256color"}
        self.terminal = Terminal(self.stdin, self.stdout, self.stdout, environ)
        self.drawn = b""
        self._keys = b""
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def types(self, keys: str) -> None:
        self._keys = keys.encode()

    def end(self) -> str:
        self.stdin.close()
        self.stdout.close()
        self._thread.join()
        os.close(self.leader)
        return self.drawn.decode()

    def _read(self) -> None:
        for data in received(self.leader):
            self.drawn += data
            # Pastes are marked from the moment when a prompt is there.
            is_ready = b"\x1b[?2004h" in data or data.endswith(b"> ")
            if is_ready and self._keys:
                keys, self._keys = self._keys, b""
                os.write(self.leader, keys)


@pytest.fixture
def keyboard():
    one = Keyboard()
    yield one
    if not one.stdout.closed:
        one.end()


def editor_of(keyboard, *lines: str) -> LineEditor:
    completer = SessionCompleter({})
    return LineEditor(keyboard.terminal, lines, completer, lambda _: "the status")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("Hi\r", "Hi"),
        ("Hi\n", "Hi"),
        (f"a{ALT_ENTER}b\r", "a\nb"),
        (f"{PASTE}a\r\nb\nc{END_OF_PASTE}\r", "a\nb\nc"),
        ('"""\ra\r\rb\r"""\r', "a\n\nb"),
        (f"wrong{CTRL_C}right\r", "right"),
        (f"ac{LEFT}b\r", "abc"),
        (f"{UP}\r", "earlier"),
        ("\x12lier\r\r", "earlier"),
        (f"a{CTRL_D}\r", "a"),
        ("é漢🏔\r", "é漢🏔"),
        (f"{PASTE}/undo\x1b[2J{END_OF_PASTE}\r", "/undo\x1b[2J"),
    ],
)
def test_a_line_is_edited_and_sent(keyboard, keys, text):
    editor = editor_of(keyboard, "earlier")
    keyboard.types(keys)
    assert editor.read() == text


def test_a_draft_is_there_to_be_changed(keyboard):
    editor = editor_of(keyboard)
    keyboard.types("!\r")
    assert editor.read("Again") == "Again!"


def test_ctrl_c_on_an_empty_line_and_ctrl_d_reach_the_caller(keyboard):
    editor = editor_of(keyboard)
    keyboard.types(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        editor.read()
    keyboard.types(CTRL_D)
    with pytest.raises(EOFError):
        editor.read()


def test_the_status_is_below_the_prompt_and_the_cursor_is_never_asked_for(keyboard):
    editor = editor_of(keyboard)
    keyboard.types("Hi\r")
    editor.read()
    drawn = keyboard.end()
    assert "status" in drawn
    assert "\x1b[6n" not in drawn
    assert "\x1b[?1049h" not in drawn


def test_a_tab_of_pasted_code_is_kept_and_drawn_as_columns(keyboard):
    editor = editor_of(keyboard)
    keyboard.types(f"{PASTE}a\tb{END_OF_PASTE}\r")
    assert editor.read() == "a\tb"
    drawn = keyboard.end()
    assert "^I" not in drawn
    assert "   \x1b[0mb" in drawn


@pytest.mark.parametrize(
    ("typed", "text"),
    [("Hi\n", "Hi"), ('"""\na\nb\n"""\n', "a\nb"), ("wrong\x15right\n", "right")],
)
def test_a_terminal_without_escapes_edits_its_lines_itself(keyboard, typed, text):
    reader = PlainReader(keyboard.terminal)
    keyboard.types(typed)
    assert reader.read() == text
    assert "\x1b" not in keyboard.end()


def test_ctrl_d_ends_plain_lines_too(keyboard):
    keyboard.types(CTRL_D)
    with pytest.raises(EOFError):
        PlainReader(keyboard.terminal).read()
