"""The answer's text and nothing else, piece by piece as it comes."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from cohere_cli.api.protocol.events import ChatEvent, ContentDelta, ContentStart
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.channels import DEFAULT_CHANNELS, EXPLICIT_THINKING
from cohere_cli.render.finish_reason import (
    LOGPROBS_NEED_TERMINAL,
    report_finish,
    summarize_tool_calls,
)
from cohere_cli.render.markdown.blocks import Block, LineSplitter
from cohere_cli.render.sources import list_sources
from cohere_cli.terminal import Terminal


class PlainRenderer:
    """Writes the model's bytes, and one line end if the last line has none.

    On a terminal that cannot be drawn on, the sources follow. Thinking goes to
    standard error, line by line, where it was asked for by name.
    """

    def __init__(
        self, terminal: Terminal, shown: frozenset[str] = DEFAULT_CHANNELS
    ) -> None:
        self._terminal = terminal
        self._shown = shown
        self._reply = Reply()
        self._last = ""
        self._thinking = LineSplitter()

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Write the text that *event* brings; thinking and tool calls are no text."""
        self._reply = reply
        if not isinstance(event, ContentStart | ContentDelta) or not event.text:
            return
        if reply.content[event.index].type == "text":
            self._tell(self._thinking.close())
            # First, because Ctrl-C may come in the midst of the writing.
            self._last = event.text[-1]
            self._terminal.write(event.text)
        elif EXPLICIT_THINKING in self._shown:
            self._tell(self._thinking.feed(event.text))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError | OutputUnwritable):
            return
        self._tell(self._thinking.close())
        # Shells read lines: `while read` would drop the last one.
        if self._last not in ("", "\n"):
            self._terminal.write("\n")
        if self._terminal.shows_output and "citations" in self._shown:
            self._list_sources()
        if error is None:
            self._note_ending()

    def _tell(self, thoughts: Iterable[Block]) -> None:
        for line in thoughts:
            # Not a note: it was asked for, so --quiet does not silence it.
            self._terminal.say(f"│ {line.text.rstrip()}")

    def _list_sources(self) -> None:
        sources = list_sources(self._reply.citations)
        if sources:
            self._terminal.write("\nSources\n")
        for source in sources:
            line = f"[{source.number}] {source.title}: {source.quotes}"
            self._terminal.write(" ".join(line.split("\n")) + "\n")

    def _note_ending(self) -> None:
        calls = summarize_tool_calls(self._reply)
        if calls and "tools" in self._shown:
            self._terminal.note(f"co: {calls} (-o json shows their arguments)")
        if "logprobs" in self._shown:
            self._terminal.note(f"co: {LOGPROBS_NEED_TERMINAL}")
        report_finish(self._terminal, self._reply)
