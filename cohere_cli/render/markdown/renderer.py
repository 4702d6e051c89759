"""The `markdown` format: the answer as Markdown, with its citations as footnotes.

Written text cannot be changed, and a citation arrives after the span that it cites.
So nothing is written until text follows a citation of the same content block, which
shows that citations arrive along with the text. From then on each Markdown block is
written as soon as later text has arrived. An answer without citations, or with all of
them at the end, is written at its end.
"""

from bisect import bisect_left
from collections.abc import Iterable

from cohere_cli.api.protocol.events import (
    ChatEvent,
    Citation,
    CitationStart,
    ContentDelta,
    ContentStart,
)
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.record import EMPTY
from cohere_cli.render.markdown.footnotes import Footnotes, close_fence
from cohere_cli.render.markdown.section import AnswerSection
from cohere_cli.render.renderer import DEFAULT_CHANNELS, Renderer, ResponseShape
from cohere_cli.render.sources import CallTitles, CitedSources
from cohere_cli.terminal import Terminal


class MarkdownRenderer(Renderer):
    """Writes the model's Markdown with footnote references, then the footnotes.

    If a citation arrives after its block was written, its reference is below the
    answer. With citations hidden, each block is written when the next one begins.
    """

    def __init__(
        self,
        terminal: Terminal,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        shape: ResponseShape = vars,
        calls: CallTitles = EMPTY,
    ) -> None:
        super().__init__(terminal, shown, shape, calls)
        self._shows_citations = "citations" in shown
        self._streams = not self._shows_citations
        self._is_cited = False
        self._sources = CitedSources(calls=calls)
        self._footnotes = Footnotes()
        self._sections: dict[int, list[AnswerSection]] = {}  # by content block
        self._open: AnswerSection | None = None  # the last one
        self._unwritten: list[AnswerSection] = []
        self._last = ""  # the last two characters written

    def _show(self, event: ChatEvent) -> None:
        """Take text and citations; thinking and tool calls are not written."""
        if isinstance(event, CitationStart) and self._shows_citations:
            self._cite(event.citation)
        if not isinstance(event, ContentStart | ContentDelta) or not event.text:
            return
        if self._reply.content[event.index].type == "text":
            self._take(event.index, event.text)

    def _complete(self, error: BaseException | None) -> None:
        if self._open:
            self._open.close()
        self._write_ready()
        self._end_line()
        if self._shows_citations:
            self._define()

    def _take(self, index: int, text: str) -> None:
        section = self._section_of(index)
        self._streams = self._streams or section.is_cited
        section.take(text)
        if self._streams:
            self._write_ready()

    def _section_of(self, index: int) -> AnswerSection:
        """Return the open section, or a new one for another content block."""
        if self._open and self._open.index == index:
            return self._open
        if self._open:
            self._open.close()
        others = self._sections.setdefault(index, [])
        self._open = AnswerSection(index, others[-1].end if others else 0)
        others.append(self._open)
        self._unwritten.append(self._open)
        return self._open

    def _cite(self, citation: Citation) -> None:
        span = self._sources.add(self._reply, citation)
        if span is None:
            return
        self._is_cited = True
        numbers = self._sources.numbers(citation)
        sections = self._sections.get(span.index, [])
        at = bisect_left(sections, span.citation.end, key=lambda one: one.start) - 1
        if at >= 0:
            sections[at].mark(span.citation, numbers)

    def _write_ready(self) -> None:
        if self._is_cited and not self._footnotes.began:
            self._footnotes.begin(self._reply.text)
        for section in self._unwritten:
            for gap, block, marks in section.ready():
                # An unclosed fence would include all text after it.
                whole = close_fence(block) if self._footnotes.began else block
                self._write_gap(gap)
                self._write(self._footnotes.within(whole, marks))
            self._write_gap(section.remainder())
            if section is not self._open:
                self._end_block()
        self._unwritten = self._unwritten[-1:]

    def _define(self) -> None:
        self._sources.place_again(self._reply)
        sources = self._sources.listed
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
        # `while read` in a shell drops a last line without a newline.
        if self._last and not self._last.endswith("\n"):
            self._write("\n")

    def _write_gap(self, gap: str) -> None:
        """Write the text between blocks, without doubling a blank line."""
        self._write(gap.removeprefix("\n") if self._last == "\n\n" else gap)

    def _write(self, text: str) -> None:
        if text:
            # Set first, because Ctrl-C may interrupt the write.
            self._last = (self._last + text)[-2:]
            self._terminal.write(text)

    def _note(self) -> None:
        self._note_tool_calls()
        self._note_others()


def markdown_text(
    events: Iterable[ChatEvent], prefix: str = "", calls: CallTitles = EMPTY
) -> str:
    """Return the answer of *events*; its footnotes are labelled `prefix1` and so on.

    Empty if there is no answer, else it ends with a newline. *calls* are those whose
    rows it may cite.
    """
    renderer = _TextRenderer(prefix, calls)
    for event, reply in accumulate(events):
        renderer.show(event, reply)
    return renderer.whole()


class _TextRenderer(MarkdownRenderer):
    """Collects what is written."""

    def __init__(self, prefix: str, calls: CallTitles) -> None:
        super().__init__(Terminal.fake(), calls=calls)
        self._footnotes = Footnotes(prefix)
        self._text = ""

    def _write(self, text: str) -> None:
        self._last = (self._last + text)[-2:]
        self._text += text

    def whole(self) -> str:
        """Return what was written, completed."""
        self._complete(None)
        return self._text
