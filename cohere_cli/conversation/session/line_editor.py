"""Reads what is typed on a terminal: edited with prompt_toolkit, or as plain lines."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.layout.processors import TabsProcessor
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from cohere_cli.conversation.session.key_bindings import key_bindings
from cohere_cli.conversation.session.text_block import is_open, without_marks
from cohere_cli.errors import SignalReceived
from cohere_cli.system.signals import ENDING
from cohere_cli.terminal import Terminal, clean_line

PROMPT = "> "
_CONTINUATION = "  "
# With less room there is no line below the prompt.
_LEAST_ROWS, _LEAST_COLUMNS = 4, 20
_MENU_ROWS = 6
# Ctrl-C is a key of the editor.
_OTHERS = tuple(one for one in ENDING if one != signal.SIGINT)
_STYLE = Style.from_dict(
    {
        "prompt": "bold",
        "bottom-toolbar": "noreverse nobold",
        "bottom-toolbar.text": "noreverse dim",
    }
)


class LineReader(Protocol):
    """Reads one line after the other from a person."""

    def read(self, draft: str = "") -> str:
        """Return the next text, which the person may have made of *draft*.

        Raises `EOFError` at Ctrl-D, and `KeyboardInterrupt` at Ctrl-C on an empty
        line: on others it clears the line.
        """
        ...


class LineEditor:
    """An editor of several lines with history and completion; see `LineReader`.

    *lines* are earlier ones, the oldest first. *status* returns the line below the
    prompt, given its columns.
    """

    def __init__(
        self,
        terminal: Terminal,
        lines: Sequence[str],
        completer: Completer,
        status: Callable[[int], str],
    ) -> None:
        # Its own size, whatever --width is.
        self._screen = replace(terminal, chosen_width=None)
        self._status = status
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            multiline=True,
            prompt_continuation=_CONTINUATION,
            history=InMemoryHistory(lines),
            completer=completer,
            complete_while_typing=Condition(self._is_command),
            complete_style=CompleteStyle.COLUMN,
            reserve_space_for_menu=_MENU_ROWS,
            key_bindings=key_bindings(),
            # A tab of pasted code is drawn as columns, and stays a tab.
            input_processors=[TabsProcessor(char1=" ", char2=" ")],
            bottom_toolbar=self._toolbar if self._has_rows() else None,
            style=_STYLE,
            color_depth=None if terminal.has_colour else ColorDepth.DEPTH_1_BIT,
            include_default_pygments_style=False,
            enable_suspend=True,
            enable_open_in_editor=True,
            tempfile_suffix=".md",
            input=create_input(terminal.stdin),
            output=_output(self._screen),
        )

    def read(self, draft: str = "") -> str:
        """Return the next text; see `LineReader`."""
        handlers = {number: signal.getsignal(number) for number in _OTHERS}
        notified = signal.set_wakeup_fd(-1)  # asyncio sets its own, and none at its end
        try:
            text = self._session.prompt(default=draft, pre_run=self._handle_signals)
        finally:
            signal.set_wakeup_fd(notified)
            for number, handler in handlers.items():
                signal.signal(number, handler)
        return without_marks(text)

    def _handle_signals(self) -> None:
        """Have signals end the editor as keys do, so that it restores the terminal.

        The event loop would lose what a handler raises in some of its callbacks.
        """
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows sends none of them to a session
            for number in _OTHERS:
                if signal.getsignal(number) != signal.SIG_IGN:
                    loop.add_signal_handler(number, self._end, number)

    def _end(self, number: int) -> None:
        self._session.app.exit(exception=SignalReceived(number))

    def _is_command(self) -> bool:
        text = self._session.default_buffer.text
        return text.startswith("/") and text[1:].isalpha()

    def _toolbar(self) -> str:
        return clean_line(self._status(self._screen.width - 1))

    def _has_rows(self) -> bool:
        screen = self._screen
        return screen.height >= _LEAST_ROWS and screen.width >= _LEAST_COLUMNS


class PlainReader:
    """Reads lines as the terminal itself edits them: for one without escapes."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def read(self, draft: str = "") -> str:
        """Return the next text; nothing can be made of a *draft*. See `LineReader`."""
        text = self._line(PROMPT)
        while is_open(text):
            text = f"{text}\n{self._line(_CONTINUATION)}"
        return without_marks(text)

    def _line(self, prompt: str) -> str:
        self._terminal.draw(prompt)
        line = self._terminal.stdin.readline()
        if not line:
            raise EOFError
        return line.removesuffix("\n")


class _Output(Vt100_Output):
    """A terminal whose cursor is not asked for its position.

    Over a slow line the answer comes late, and would be taken for typed text, or never.
    """

    def get_rows_below_cursor_position(self) -> int:
        """Return that of the prompt alone; the line below it makes itself room."""
        return 1


def _output(terminal: Terminal) -> Vt100_Output:
    def size() -> Size:
        return Size(rows=terminal.height, columns=terminal.width)

    return _Output(
        terminal.stdout,
        size,
        terminal.environ.get("TERM", ""),
        enable_bell=False,
        enable_cpr=False,
    )
