"""The live renderer: draws a streamed reply, each channel in its own section.

Complete blocks are drawn once and become part of the scrollback. Only the last few
rows change, so the terminal's search, selection and history keep working.
"""

from collections import deque
from types import TracebackType

from cohere_cli.api.protocol.events import (
    Channel,
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
    OtherChoice,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.record import EMPTY
from cohere_cli.render.links import LinkResolver
from cohere_cli.render.live.painter import Painter, is_json
from cohere_cli.render.live.screen import FrameTimer, Screen
from cohere_cli.render.live.section import SectionView, TokenView
from cohere_cli.render.markdown.section import Section, SectionChannel
from cohere_cli.render.renderer import (
    DEFAULT_CHANNELS,
    EXPLICIT_THINKING,
    Renderer,
    ResponseShape,
)
from cohere_cli.render.sources import CallTitles, CitedSources
from cohere_cli.terminal import Terminal

_SHORT_ARGUMENTS = 1_000


class LiveRenderer(Renderer):
    """Draws thinking, plan, tool calls, the answer and its sources.

    Complete thinking is replaced by one line, unless `--show` names it. With *stalls*,
    a frame is drawn when it is due even if no event arrives.
    """

    def __init__(
        self,
        terminal: Terminal,
        shown: frozenset[str] = DEFAULT_CHANNELS,
        shape: ResponseShape = vars,
        calls: CallTitles = EMPTY,
        *,
        screen: Screen | None = None,
        links: LinkResolver | None = None,
        stalls: bool = True,
    ) -> None:
        super().__init__(terminal, shown, shape, calls)
        self._links = links or LinkResolver(terminal)
        self._screen = screen or Screen(terminal)
        self._painter = Painter(terminal)
        self._timer = FrameTimer(self._draw, lambda: self._screen.wait)
        self._stalls = stalls
        view = TokenView(self._painter, terminal.draw)
        self._token_view = view if "logprobs" in shown else None
        # The channels whose citations are drawn; collapsed thinking has none.
        thinking = {"thinking"} if EXPLICIT_THINKING in shown else ()
        cited = {"answer", *({"plan"} & shown), *thinking}
        self._sources = CitedSources(cited, calls)
        self._view: SectionView | None = None  # of the open section
        self._shown_length: dict[int, int] = {}  # characters by content block
        self._previous: SectionChannel | None = None  # of the previous section
        # What came since the open tool call began: the events of each call together.
        self._waiting: deque[list[ChatEvent]] = deque()
        self._waiting_calls: dict[int, list[ChatEvent]] = {}
        self._checked = (-1, 0)  # a call that was not whole, and its length

    def _show(self, event: ChatEvent) -> None:
        """Draw what *event* adds, now or in the next frame."""
        with self._timer.lock:
            self._timer.check()
            if self._reply.channel_of(event) not in DEFAULT_CHANNELS - self._shown:
                self._add_in_turn(event)

    def _add_in_turn(self, event: ChatEvent) -> None:
        """Add *event*, or keep it while a call is open: calls may arrive in turns."""
        index = self._open_call()
        if index is None or _call_of(event) == index:
            self._add(event)
        elif self._is_whole(index):
            # The compatible endpoint ends all calls at once.
            self._close_section()
            self._add_waiting()
            self._add_in_turn(event)
        else:
            self._wait(event)
        if self._waiting and self._open_call() is None:
            self._add_waiting()

    def _open_call(self) -> int | None:
        section = self._view.section if self._view else None
        return section.index if section and section.channel == "tools" else None

    def _wait(self, event: ChatEvent) -> None:
        index = _call_of(event)
        group = self._waiting_calls.get(index) if index is not None else None
        if group is None:
            group = []
            self._waiting.append(group)
        if index is not None:
            self._waiting_calls[index] = group
        group.append(event)

    def _add_waiting(self) -> None:
        """Add what waits for the end of a call, up to a call that is not whole."""
        while self._waiting and self._open_call() is None:
            group = self._waiting.popleft()
            if (index := _call_of(group[0])) is not None:
                del self._waiting_calls[index]
            for event in group:
                self._add(event)
            index = self._open_call()
            if index is not None and self._waiting and self._is_whole(index):
                self._close_section()

    def _is_whole(self, index: int) -> bool:
        """Whether the call's arguments are; long ones are not parsed at each piece."""
        arguments = str(self._reply.tool_calls[index].arguments)
        checked, length = self._checked
        grown = len(arguments) - length
        is_soon = grown * 8 < length > _SHORT_ARGUMENTS
        if checked == index and (not grown or is_soon):
            return False
        if is_json(arguments):
            return True
        self._checked = (index, len(arguments))
        return False

    def _add(self, event: ChatEvent) -> None:
        match event:
            case ContentStart() | ContentDelta():
                self._take_content(event)
            case ToolPlanDelta():
                self._take("plan", 0, event.text)
            case ToolCallStart() | ToolCallDelta():
                self._take_call(event)
            case ToolCallEnd(index=index):
                if self._open("tools", index):
                    self._close_section()
                    self._draw_or_wait()
            case CitationStart(citation=citation):
                self._cite(citation)
            case MessageStart() | ContentEnd() | CitationEnd() | MessageEnd():
                pass
            case UnknownEvent() | GarbledEvent() | OtherChoice():
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
        while self._view or self._waiting:
            self._close_section()
            self._add_waiting()
        if self._token_view and self._token_view.has_probabilities:
            self._screen.add(["", self._painter.legend()])
        if "citations" in self._shown:
            self._add_sources()
        self._draw()

    def _add_sources(self) -> None:
        self._sources.place_again(self._reply)
        if sources := self._sources.listed:
            links = {one.number: self._links.of(one.source) for one in sources}
            drawn = self._painter.sources(sources, self._screen.width, links)
            self._screen.add(["", *drawn] if self._previous else drawn)

    def _note(self) -> None:
        self._note_others()
        view = self._token_view
        if view and self._reply.text and not view.has_probabilities:
            from cohere_cli.render.finish_reason import NO_LOGPROBS

            self._terminal.note(f"co: {NO_LOGPROBS}")

    def _take_call(self, event: ToolCallStart | ToolCallDelta) -> None:
        begins = isinstance(event, ToolCallStart)
        if begins and not self._open("tools", event.index):
            self._open_section("tools", event.index)
        self._take("tools", event.index, event.arguments)

    def _take_content(self, event: ContentStart | ContentDelta) -> None:
        if self._reply.content[event.index].type == "thinking":
            self._take("thinking", event.index, event.text)
        elif self._token_view is None:
            self._take("answer", event.index, event.text)
        else:
            self._take_tokens(self._token_view, event)

    def _take_tokens(self, view: TokenView, event: ContentStart | ContentDelta) -> None:
        """Show the answer in *view*; log probabilities may arrive without text."""
        if event.text and not self._open("answer", event.index):
            self._open_section("answer", event.index)
            self._draw()  # what is above the tokens, which are not in frames
        item = event.logprobs if isinstance(event, ContentDelta) else None
        view.take(event.text, item)

    def _take(self, channel: SectionChannel, index: int, text: str) -> None:
        view = self._open(channel, index)
        if view is None:
            # Blanks of the answer are kept, because citations count them.
            if not (text if channel == "answer" else text.strip()):
                return
            view = self._open_section(channel, index)
        view.pending += view.section.take(text)
        self._draw_or_wait()

    def _open(self, channel: Channel, index: int) -> SectionView | None:
        """Return the open view if it is of this section."""
        if self._view is None:
            return None
        section = self._view.section
        same = (section.channel, section.index) == (channel, index)
        return self._view if same else None

    def _open_section(self, channel: SectionChannel, index: int) -> SectionView:
        """Open a section: add a blank line after a previous one, and a title."""
        self._close_section()
        both_calls = self._previous == channel == "tools"
        blank = [""] if self._previous and not both_calls else []
        is_collapsed = channel == "thinking" and EXPLICIT_THINKING not in self._shown
        titled = channel in ("thinking", "plan") and not is_collapsed
        if above := blank + (self._painter.title(channel) if titled else []):
            self._screen.add(above)
        start = self._shown_length.get(index, 0) if channel == "answer" else 0
        section = Section(channel, index, start, is_collapsed)
        called = self._reply.tool_calls[index].name if channel == "tools" else ""
        self._view = SectionView(section, self._painter, self._screen, called)
        return self._view

    def _close_section(self) -> None:
        """Add the rest of the open section to the next frame, and close it."""
        if self._view is None:
            return
        section = self._view.section
        if self._token_view and section.channel == "answer":
            self._token_view.close()
        else:
            self._view.close()
        if section.channel == "answer":
            self._shown_length[section.index] = section.start + section.length
        self._view, self._previous = None, section.channel

    def _cite(self, citation: Citation) -> None:
        span = self._sources.add(self._reply, citation)
        view = self._open(span.channel, span.index) if span else None
        if span and view:
            view.section.mark(span.citation, self._sources.numbers(citation))
            self._draw_or_wait()

    def _draw_or_wait(self) -> None:
        """Draw if a frame is due; else request one."""
        if self._screen.wait <= 0:
            self._draw()
        elif self._stalls:
            self._timer.request_frame()

    def _draw(self) -> None:
        self._timer.skip()
        if self._view:
            self._view.draw()
        else:
            self._screen.draw()


def _call_of(event: ChatEvent) -> int | None:
    """Return the index of the tool call that *event* is part of, if any."""
    if isinstance(event, ToolCallStart | ToolCallDelta | ToolCallEnd):
        return event.index
    return None
