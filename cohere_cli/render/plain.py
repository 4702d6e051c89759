"""The `text` format: the answer's text as it arrives, without markup."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cohere_cli.api.protocol.events import ChatEvent, ContentDelta, ContentStart
from cohere_cli.render.renderer import EXPLICIT_THINKING, Renderer

if TYPE_CHECKING:
    from cohere_cli.characters.cleaner import Cleaner
    from cohere_cli.render.markdown.blocks import Block, LineEndings, LineSplitter


class PlainRenderer(Renderer):
    """Writes the model's text unchanged, plus a newline if the last line lacks one.

    On a terminal without cursor movements, a list of sources follows. Thinking goes
    to standard error, line by line, if `--show` names it.
    """

    _last = ""  # the last character written
    _thinking: "LineSplitter | None" = None
    _endings: "LineEndings | None" = None
    _cleaner: "Cleaner | None" = None

    def _show(self, event: ChatEvent) -> None:
        """Write the event's text; thinking and tool calls are not part of it."""
        if not isinstance(event, ContentStart | ContentDelta) or not event.text:
            return
        if self._reply.content[event.index].type == "text":
            self._end_thinking()
            # Set first, because Ctrl-C may interrupt the write.
            self._last = event.text[-1]
            self._write(self._readable(event.text))
        elif EXPLICIT_THINKING in self._shown:
            self._think(event.text)

    def _write(self, text: str) -> None:
        """Write a piece of the answer; what it is next to may be in other pieces."""
        if not self._terminal.shows_output or (text.isascii() and not self._cleaner):
            self._terminal.write(text)
            return
        if self._cleaner is None:
            from cohere_cli.characters.cleaner import Cleaner

            self._cleaner = Cleaner()
        self._terminal.draw(self._cleaner.feed(text))

    def _readable(self, text: str) -> str:
        """Return *text*; on a terminal, with line endings that it does not escape."""
        if self._endings is None and not ("\r" in text and self._terminal.shows_output):
            return text
        if self._endings is None:
            from cohere_cli.render.markdown.blocks import LineEndings

            self._endings = LineEndings(padded=False)
        return self._endings.feed(text)

    def _think(self, text: str) -> None:
        if self._thinking is None:
            from cohere_cli.render.markdown.blocks import LineSplitter

            self._thinking = LineSplitter()
        self._write_thoughts(self._thinking.feed(text))

    def _end_thinking(self) -> None:
        if self._thinking is not None:
            self._write_thoughts(self._thinking.close())

    def _write_thoughts(self, lines: "Iterable[Block]") -> None:
        for line in lines:
            # Not a note: the user asked for it, so --quiet does not silence it.
            self._terminal.say(f"│ {line.text.rstrip()}")

    def _complete(self, error: BaseException | None) -> None:
        self._end_thinking()
        if self._cleaner:
            self._terminal.draw(self._cleaner.feed("", final=True))
        # `while read` in a shell drops a last line without a newline.
        if self._last not in ("", "\n"):
            self._terminal.write("\n")
        if self._terminal.shows_output and "citations" in self._shown:
            self._write_sources()

    def _write_sources(self) -> None:
        from cohere_cli.render.sources import cited_sources

        sources = cited_sources(self._reply, self._calls)
        if sources:
            self._terminal.write("\nSources\n")
        for source in sources:
            quotes = f": {source.quotes}" if source.words else ""
            line = f"[{source.number}] {source.title}{quotes}"
            self._terminal.write(" ".join(line.split("\n")) + "\n")

    def _note(self) -> None:
        self._note_tool_calls()
        self._note_others()
        if "logprobs" in self._shown and self._reply.logprobs:
            from cohere_cli.render.finish_reason import LOGPROBS_NEED_TERMINAL

            self._terminal.note(f"co: {LOGPROBS_NEED_TERMINAL}")
