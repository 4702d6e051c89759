"""The answer as Markdown whose citations are footnotes.

What is written cannot be changed, and a citation comes after its words. So nothing
is written until text has followed a citation of the same content block, which
shows that citations come with the text. From then on each Markdown block is written
once text that follows it has come before. An answer whose citations come last, or
that has none, is written at its end.
"""

from types import TracebackType
from typing import Self

from cohere_cli.api.protocol.events import (
    ChatEvent,
    Citation,
    CitationStart,
    ContentDelta,
    ContentStart,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.channels import DEFAULT_CHANNELS
from cohere_cli.render.finish_reason import report_finish, summarize_tool_calls
from cohere_cli.render.markdown.footnotes import Footnotes, close_fence
from cohere_cli.render.markdown.section import AnswerSection
from cohere_cli.render.sources import SourceNumbers, list_sources
from cohere_cli.terminal import Terminal


class MarkdownRenderer:
    """Writes the model's Markdown with references, then what they refer to.

    A source that nothing refers to, because its citation came too late for its
    place, has its reference below the answer. Where citations are hidden, each
    block is written when the next has begun.
    """

    def __init__(
        self, terminal: Terminal, shown: frozenset[str] = DEFAULT_CHANNELS
    ) -> None:
        self._terminal = terminal
        self._shown = shown
        self._shows_citations = "citations" in shown
        self._streams = not self._shows_citations
        self._reply = Reply()
        self._numbers = SourceNumbers()
        self._footnotes = Footnotes()
        self._sections: list[AnswerSection] = []
        self._last = ""  # the last two characters that were written

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Take text and citations; thinking and tool calls are no part of them."""
        self._reply = reply
        if isinstance(event, CitationStart) and self._shows_citations:
            self._cite(event.citation)
        if not isinstance(event, ContentStart | ContentDelta) or not event.text:
            return
        if reply.content[event.index].type == "text":
            self._take(event.index, event.text)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError | OutputUnwritable):
            return
        for stretch in self._sections:
            stretch.close()
        self._write_ready()
        self._end_line()
        if self._shows_citations:
            self._define()
        if error is None:
            self._note_ending()

    def _take(self, index: int, text: str) -> None:
        stretch = self._section_of(index)
        self._streams = self._streams or stretch.is_cited
        stretch.take(text)
        if self._streams:
            self._write_ready()

    def _section_of(self, index: int) -> AnswerSection:
        """Return the stretch that grows, a new one if it was another block's."""
        if self._sections and self._sections[-1].index == index:
            return self._sections[-1]
        for stretch in self._sections:
            stretch.close()
        ends = (one.end for one in self._sections if one.index == index)
        self._sections.append(AnswerSection(index, max(ends, default=0)))
        return self._sections[-1]

    def _cite(self, citation: Citation) -> None:
        numbers = self._numbers.of(citation)
        index = self._reply.content_index_of(citation)
        for stretch in reversed(self._sections):
            if stretch.index == index and stretch.start < citation.end:
                stretch.mark(citation, numbers)
                return

    def _write_ready(self) -> None:
        if self._reply.citations and self._shows_citations:
            self._footnotes.begin(self._reply.text)
        for stretch in self._sections:
            for gap, block, marks in stretch.ready():
                # A fence left open would take in all that follows.
                whole = close_fence(block) if self._footnotes.began else block
                self._write_gap(gap)
                self._write(self._footnotes.within(whole, marks))
            self._write_gap(stretch.remainder())
            if stretch is not self._sections[-1]:
                self._end_block()

    def _define(self) -> None:
        sources = list_sources(self._reply.citations)
        if not sources:
            return
        self._end_block()
        if missing := self._footnotes.unreferenced(sources):
            self._write(f"{missing}\n\n")
        for source in sources:
            self._write(self._footnotes.definition(source))

    def _end_block(self) -> None:
        self._end_line()
        if self._last not in ("", "\n\n"):
            self._write("\n")

    def _end_line(self) -> None:
        # Shells read lines: `while read` would drop the last one.
        if self._last and not self._last.endswith("\n"):
            self._write("\n")

    def _write_gap(self, gap: str) -> None:
        """Write what stands between blocks; a blank line may be there already."""
        self._write(gap.removeprefix("\n") if self._last == "\n\n" else gap)

    def _write(self, text: str) -> None:
        if text:
            # First, because Ctrl-C may come in the midst of the writing.
            self._last = (self._last + text)[-2:]
            self._terminal.write(text)

    def _note_ending(self) -> None:
        calls = summarize_tool_calls(self._reply)
        if calls and "tools" in self._shown:
            self._terminal.note(f"co: {calls} (-o json shows their arguments)")
        report_finish(self._terminal, self._reply)
