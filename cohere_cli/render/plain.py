"""The answer's text and nothing else, piece by piece as it comes."""

from types import TracebackType
from typing import Self

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import ChatEvent, ContentDelta, ContentStart
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.closing import asked_tools, ending, listed
from cohere_cli.terminal import Terminal


class Plain:
    """Writes the model's bytes, and one line end if the last line has none.

    On a terminal that cannot be drawn on, the sources follow.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._reply = Reply()
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Write the text that *event* brings; thinking and tool calls are no text."""
        self._reply = reply
        if not isinstance(event, ContentStart | ContentDelta) or not event.text:
            return
        if reply.content[event.index].type == "text":
            # First, because Ctrl-C may come in the midst of the writing.
            self._last = event.text[-1]
            self._terminal.write(event.text)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError | OutputUnwritable):
            return
        # Shells read lines: `while read` would drop the last one.
        if self._last not in ("", "\n"):
            self._terminal.write("\n")
        if self._terminal.shows_output:
            self._list_sources()
        if error is None:
            self._note_ending()

    def _list_sources(self) -> None:
        sources = listed(self._reply.citations)
        if sources:
            self._terminal.write("\nSources\n")
        for source in sources:
            line = f"[{source.number}] {source.title}: {source.quotes}"
            self._terminal.write(" ".join(line.split("\n")) + "\n")

    def _note_ending(self) -> None:
        calls = asked_tools(self._reply)
        if calls:
            self._terminal.note(f"co: {calls} (-o json shows their arguments)")
        if end := ending(self._reply):
            self._terminal.note(f"co: {end}")
