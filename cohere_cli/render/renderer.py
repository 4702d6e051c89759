"""The base class of every renderer of a reply, and what they show by default."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from cohere_cli.api.protocol.events import ChatEvent, finish_outcome
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import OutputUnwritable
from cohere_cli.record import EMPTY
from cohere_cli.terminal import Terminal

DEFAULT_CHANNELS = frozenset({"thinking", "plan", "tools", "results", "citations"})
"""What is shown unless flags or the profile change it."""

EXPLICIT_THINKING = "explicit thinking"
"""Thinking in full, and on standard error where nothing can be drawn.

Not a name for flags: it is selected when `--show` names `thinking`.
"""

ResponseShape = Callable[[Reply], dict[str, Any]]
"""Turns a reply into the object of a response that was not streamed."""


class Renderer:
    """Writes a reply to a terminal as its events arrive.

    A context manager: leaving it completes the output, also when an error or Ctrl-C
    ended the reply early; the exception is then raised again. A renderer defines
    `_show` for each event, `_complete` for the end of the output, and `_note` for
    what standard error gets after a reply without errors. *calls* are those of earlier
    steps, whose rows the reply may cite.
    """

    def __init__(
        self,
        terminal: Terminal,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        shape: ResponseShape = vars,
        calls: Mapping[str, str] = EMPTY,
    ) -> None:
        self._terminal = terminal
        self._shown = shown
        self._shape = shape
        self._calls = calls
        self._reply = Reply()

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Show what *event* adds; *reply* is the reply including it."""
        self._reply = reply
        self._show(event)

    def _show(self, event: ChatEvent) -> None:
        """Write what *event* adds to `self._reply`."""

    def _complete(self, error: BaseException | None) -> None:
        """Write what is left; *error* is what ended the reply early, if anything."""

    def _note(self) -> None:
        """Write notes about a reply that ended without an error."""

    def _note_others(self) -> None:
        """Note that the server sent more answers than the one that is written."""
        if self._reply.others:
            from cohere_cli.render.finish_reason import others_note

            self._terminal.note(f"co: {others_note(self._reply)}")

    def _note_tool_calls(self) -> None:
        """Note which tools the model wants to call, where only text is written."""
        if self._reply.tool_calls and "tools" in self._shown:
            from cohere_cli.render.finish_reason import summarize_tool_calls

            calls = summarize_tool_calls(self._reply)
            self._terminal.note(f"co: {calls} (-o json includes their arguments)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._terminal.end_burst()
        # Where the output cannot be written, nothing more is.
        if isinstance(error, OSError | OutputUnwritable):
            return
        with self._terminal.burst():
            self._complete(error)
        if error is None:
            self._note()
        self._report_end()

    def _report_end(self) -> None:
        """Report an answer that is cut off or missing: in every format, if --quiet."""
        outcome = finish_outcome(self._reply.finish_reason)
        is_cut_off = outcome == "cut off"
        if is_cut_off or (outcome != "incomplete" and self._reply.lacks_answer):
            from cohere_cli.render.finish_reason import finish_note

            self._terminal.warn(finish_note(self._reply, is_cut_off=is_cut_off))
