"""Draws a reply on a terminal while it arrives, each channel in its own section.

What is complete is drawn once and then belongs to the scrollback. Only the last
few rows change, so the terminal keeps its own search, selection and history.
"""

from types import TracebackType

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
from cohere_cli.render.channels import DEFAULT_CHANNELS, EXPLICIT_THINKING
from cohere_cli.render.links import LinkResolver
from cohere_cli.render.live.painter import Painter
from cohere_cli.render.live.screen import FrameTimer, Screen
from cohere_cli.render.live.section import SectionView, TokenView
from cohere_cli.render.markdown.section import Section, SectionChannel
from cohere_cli.render.renderer import Renderer, ResponseShape
from cohere_cli.render.sources import SourceNumbers, list_sources
from cohere_cli.terminal import Terminal


class LiveRenderer(Renderer):
    """Draws thinking, plan, tool calls, the answer and its sources.

    Thinking is replaced by one line once it is over, unless `--show` names it. With
    *stalls* a frame is drawn when it is due even if no event arrives.
    """

    def __init__(
        self,
        terminal: Terminal,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        shape: ResponseShape = vars,
        *,
        screen: Screen | None = None,
        links: LinkResolver | None = None,
        stalls: bool = True,
    ) -> None:
        super().__init__(terminal, shown, shape)
        self._links = links or LinkResolver(terminal)
        self._screen = screen or Screen(terminal)
        self._painter = Painter(terminal)
        self._timer = FrameTimer(self._draw, lambda: self._screen.wait)
        self._stalls = stalls
        view = TokenView(self._painter, terminal.draw)
        self._token_view = view if "logprobs" in shown else None
        self._numbers = SourceNumbers()
        self._view: SectionView | None = None  # of the open section
        self._consumed: dict[int, int] = {}  # how much of each content block was shown
        self._previous: SectionChannel | None = None  # of the section before

    def _show(self, event: ChatEvent) -> None:
        """Draw what *event* adds, or leave it to the next frame."""
        with self._timer.lock:
            self._timer.check()
            if self._reply.channel_of(event) not in DEFAULT_CHANNELS - self._shown:
                self._add(event)

    def _add(self, event: ChatEvent) -> None:
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
        super().__exit__(kind, error, trace)

    def _complete(self, error: BaseException | None) -> None:
        self._timer.check()
        self._leave()
        if self._token_view and self._token_view.has_probabilities:
            self._screen.draw(["", self._painter.legend()])
        if "citations" in self._shown:
            self._draw_sources()

    def _draw_sources(self) -> None:
        if sources := list_sources(self._reply.citations):
            links = {one.number: self._links.of(one.source) for one in sources}
            drawn = self._painter.sources(sources, self._screen.width, links)
            self._screen.draw(["", *drawn] if self._previous else drawn)

    def _note(self) -> None:
        view = self._token_view
        if view and self._reply.text and not view.has_probabilities:
            from cohere_cli.render.finish_reason import NO_LOGPROBS

            self._terminal.note(f"co: {NO_LOGPROBS}")

    def _take_content(self, event: ContentStart | ContentDelta) -> None:
        if self._reply.content[event.index].type == "thinking":
            self._take("thinking", event.index, event.text)
        elif self._token_view is None:
            self._take("answer", event.index, event.text)
        else:
            self._take_tokens(self._token_view, event)

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
        if self._view is None:
            return None
        passage = self._view.section
        same = (passage.channel, passage.index) == (channel, index)
        return self._view if same else None

    def _open_section(self, channel: SectionChannel, index: int) -> SectionView:
        """Begin a passage: a blank line after another one, and its title."""
        self._leave()
        both_calls = self._previous == channel == "tools"
        blank = [""] if self._previous and not both_calls else []
        folds = channel == "thinking" and EXPLICIT_THINKING not in self._shown
        titled = channel in ("thinking", "plan") and not folds
        if above := blank + (self._painter.title(channel) if titled else []):
            self._screen.draw(above)
        start = self._consumed.get(index, 0) if channel == "answer" else 0
        passage = Section(channel, index, start, folds)
        called = self._reply.tool_calls[index].name if channel == "tools" else ""
        self._view = SectionView(passage, self._painter, self._screen, called)
        return self._view

    def _leave(self) -> None:
        """Draw the open passage to its end."""
        if self._view is None:
            return
        passage = self._view.section
        if self._token_view and passage.channel == "answer":
            self._token_view.close()
        else:
            self._view.close()
        if passage.channel == "answer":
            self._consumed[passage.index] = passage.start + passage.length
        self._view, self._previous = None, passage.channel

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
        if self._view:
            self._view.draw()
