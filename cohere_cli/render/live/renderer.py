"""A reply drawn on a terminal while it comes, each of its channels for itself.

What is complete is drawn once and then belongs to the scrollback. Only the last
few rows change, so the terminal keeps its own search, selection and history.
"""

from types import TracebackType
from typing import Self

from cohere_cli.api.protocol.events import (
    ChatEvent,
    Citation,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.channels import DEFAULT_CHANNELS, EXPLICIT_THINKING, channel_of
from cohere_cli.render.finish_reason import NO_LOGPROBS, report_finish
from cohere_cli.render.links import LinkResolver
from cohere_cli.render.live.painter import Painter
from cohere_cli.render.live.screen import FrameTimer, Screen
from cohere_cli.render.live.section import SectionView, TokenView
from cohere_cli.render.markdown.section import Section, SectionChannel
from cohere_cli.render.sources import SourceNumbers, list_sources
from cohere_cli.terminal import Terminal


class LiveRenderer:
    """Draws thinking, plan, tool calls, the answer and what it rests on.

    Thinking makes room for one line once it is over, unless it was asked for by
    name. With *stalls* a frame is drawn when it is due, though nothing comes.
    """

    def __init__(
        self,
        terminal: Terminal,
        screen: Screen | None = None,
        *,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        links: LinkResolver | None = None,
        stalls: bool = True,
    ) -> None:
        self._terminal = terminal
        self._links = links or LinkResolver(terminal)
        self._screen = screen or Screen(terminal)
        self._painter = Painter(terminal)
        self._timer = FrameTimer(self._draw, lambda: self._screen.wait)
        self._stalls = stalls
        self._hidden = DEFAULT_CHANNELS - shown
        self._folds = EXPLICIT_THINKING not in shown
        view = TokenView(self._painter, terminal.draw)
        self._tokens = view if "logprobs" in shown else None
        self._numbers = SourceNumbers()
        self._reply = Reply()
        self._drawing: SectionView | None = None
        self._consumed: dict[int, int] = {}  # how much of each content block was shown
        self._left: SectionChannel | None = None  # whose the passage before was

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Draw what *event* brings, or leave it to the next frame."""
        with self._timer.lock:
            self._timer.check()
            self._reply = reply
            if channel_of(event, reply) not in self._hidden:
                self._show(event)

    def _show(self, event: ChatEvent) -> None:
        match event:
            case ContentStart() | ContentDelta():
                self._take_content(event)
            case ToolPlanDelta():
                self._take("plan", 0, event.text)
            case ToolCallStart():
                self._open_section("tools", event.index)
                self._take("tools", event.index, event.arguments)
            case ToolCallDelta():
                self._take("tools", event.index, event.arguments)
            case ToolCallEnd():
                self._leave()
            case CitationStart(citation=citation):
                self._cite(citation)
            case MessageStart() | ContentEnd() | CitationEnd() | MessageEnd():
                pass
            case UnknownEvent() | GarbledEvent():
                pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        if isinstance(error, OSError | OutputUnwritable):
            return
        self._timer.check()
        self._leave()
        if self._tokens and self._tokens.has_probabilities:
            self._screen.draw(["", self._painter.legend()])
        if "citations" not in self._hidden:
            self._list_sources()
        if error is None:
            self._note_ending()

    def _list_sources(self) -> None:
        if sources := list_sources(self._reply.citations):
            links = {one.number: self._links.of(one.source) for one in sources}
            drawn = self._painter.sources(sources, self._screen.width, links)
            self._screen.draw(["", *drawn] if self._left else drawn)

    def _note_ending(self) -> None:
        if self._tokens and self._reply.text and not self._tokens.has_probabilities:
            self._terminal.note(f"co: {NO_LOGPROBS}")
        report_finish(self._terminal, self._reply)

    def _take_content(self, event: ContentStart | ContentDelta) -> None:
        if self._reply.content[event.index].type == "thinking":
            self._take("thinking", event.index, event.text)
        elif self._tokens is None:
            self._take("answer", event.index, event.text)
        else:
            self._take_tokens(self._tokens, event)

    def _take_tokens(self, view: TokenView, event: ContentStart | ContentDelta) -> None:
        """Show the answer in *view*; log probabilities may come without any text."""
        if event.text and not self._open("answer", event.index):
            self._open_section("answer", event.index)
        item = event.logprobs if isinstance(event, ContentDelta) else None
        view.take(event.text, item)

    def _take(self, channel: SectionChannel, index: int, text: str) -> None:
        drawing = self._open(channel, index)
        if drawing is None:
            # Every character of the answer counts, for its citations count them.
            if not (text if channel == "answer" else text.strip()):
                return
            drawing = self._open_section(channel, index)
        drawing.pending += drawing.section.take(text)
        self._draw_or_wait()

    def _open(self, channel: SectionChannel, index: int) -> SectionView | None:
        """Return the open drawing if it is this passage's."""
        if self._drawing is None:
            return None
        passage = self._drawing.section
        same = (passage.channel, passage.index) == (channel, index)
        return self._drawing if same else None

    def _open_section(self, channel: SectionChannel, index: int) -> SectionView:
        """Begin a passage: a blank line after another one, and its title."""
        self._leave()
        both_calls = self._left == channel == "tools"
        blank = [""] if self._left and not both_calls else []
        folds = channel == "thinking" and self._folds
        titled = channel in ("thinking", "plan") and not folds
        if above := blank + (self._painter.title(channel) if titled else []):
            self._screen.draw(above)
        start = self._consumed.get(index, 0) if channel == "answer" else 0
        passage = Section(channel, index, start, folds)
        called = self._reply.tool_calls[index].name if channel == "tools" else ""
        self._drawing = SectionView(passage, self._painter, self._screen, called)
        return self._drawing

    def _leave(self) -> None:
        """Draw the open passage to its end."""
        if self._drawing is None:
            return
        passage = self._drawing.section
        if self._tokens and passage.channel == "answer":
            self._tokens.close()
        else:
            self._drawing.close()
        if passage.channel == "answer":
            self._consumed[passage.index] = passage.start + passage.length
        self._drawing, self._left = None, passage.channel

    def _cite(self, citation: Citation) -> None:
        numbers = self._numbers.of(citation)
        index = self._reply.content_index_of(citation)
        if drawing := self._open("answer", index):
            drawing.section.mark(citation, numbers)
            self._draw_or_wait()

    def _draw_or_wait(self) -> None:
        """Draw if a frame is due, or else as soon as it is."""
        if self._screen.wait <= 0:
            self._draw()
        elif self._stalls:
            self._timer.request_frame()

    def _draw(self) -> None:
        self._timer.skip()
        if self._drawing:
            self._drawing.draw()
