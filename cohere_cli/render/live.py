"""A reply drawn on a terminal while it comes, each of its channels for itself.

What is complete is drawn once and then belongs to the scrollback. Only the last
few rows change, so the terminal keeps its own search, selection and history.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import (
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
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.blocks import Block, end_of
from cohere_cli.render.canvas import Canvas
from cohere_cli.render.channels import DEFAULT, channel_of
from cohere_cli.render.closing import NO_ODDS, Numbers, listed, say_ending
from cohere_cli.render.links import Links
from cohere_cli.render.passage import Channel, Passage
from cohere_cli.render.picture import Picture
from cohere_cli.render.token_view import TokenView
from cohere_cli.terminal import Terminal


class Live:
    """Draws thinking, plan, tool calls, the answer and what it rests on."""

    def __init__(
        self,
        terminal: Terminal,
        canvas: Canvas | None = None,
        *,
        shown: frozenset[str] = DEFAULT,
        links: Links | None = None,
    ) -> None:
        self._terminal = terminal
        self._links = links or Links(terminal)
        self._canvas = canvas or Canvas(terminal)
        self._picture = Picture(terminal)
        self._hidden = DEFAULT - shown
        view = TokenView(self._picture, terminal.draw)
        self._tokens = view if "logprobs" in shown else None
        self._numbers = Numbers()
        self._reply = Reply()
        self._passage: Passage | None = None
        self._taken: dict[int, int] = {}  # how much of each content block was shown
        self._left: Channel | None = None  # whose the passage before was
        self._gap = False  # whether a blank line goes before the next block

    def __enter__(self) -> Self:
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Draw what *event* brings, or leave it to the next frame."""
        self._reply = reply
        if channel_of(event, reply) in self._hidden:
            return
        match event:
            case ContentStart() | ContentDelta():
                self._take_content(event)
            case ToolPlanDelta():
                self._take("plan", 0, event.text)
            case ToolCallStart():
                self._turn_to("tools", event.index)
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
        if isinstance(error, OSError | OutputUnwritable):
            return
        self._leave()
        if self._tokens and self._tokens.has_odds:
            self._canvas.draw(["", self._picture.legend()])
        if "citations" not in self._hidden:
            self._list_sources()
        if error is None:
            self._note_ending()

    def _list_sources(self) -> None:
        if sources := listed(self._reply.citations):
            links = {one.number: self._links.of(one.source) for one in sources}
            drawn = self._picture.sources(sources, self._canvas.width, links)
            self._canvas.draw(["", *drawn] if self._left else drawn)

    def _note_ending(self) -> None:
        if self._tokens and self._reply.text and not self._tokens.has_odds:
            self._terminal.note(f"co: {NO_ODDS}")
        say_ending(self._terminal, self._reply)

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
            self._turn_to("answer", event.index)
        item = event.logprobs if isinstance(event, ContentDelta) else None
        view.take(event.text, item)

    def _take(self, channel: Channel, index: int, text: str) -> None:
        passage = self._open(channel, index)
        if passage is None:
            if not text:
                return
            passage = self._turn_to(channel, index)
        blocks = passage.take(text)
        if blocks or self._canvas.is_due:
            self._draw(passage, blocks)

    def _open(self, channel: Channel, index: int) -> Passage | None:
        """Return the open passage if it is this one."""
        passage = self._passage
        same = passage and (passage.channel, passage.index) == (channel, index)
        return passage if same else None

    def _turn_to(self, channel: Channel, index: int) -> Passage:
        """Begin a passage: a blank line after another one, and its title."""
        self._leave()
        both_calls = self._left == channel == "tools"
        blank = [""] if self._left and not both_calls else []
        titled = channel in ("thinking", "plan")
        self._canvas.draw(blank + (self._picture.title(channel) if titled else []))
        self._gap = False
        start = self._taken.get(index, 0) if channel == "answer" else 0
        self._passage = Passage(channel, index, start)
        return self._passage

    def _leave(self) -> None:
        """Draw the open passage to its end."""
        passage = self._passage
        if passage is None:
            return
        if self._tokens and passage.channel == "answer":
            self._tokens.close()
        else:
            self._draw(passage, passage.close(), closed=True)
        if passage.channel == "answer":
            self._taken[passage.index] = passage.start + passage.length
        self._passage, self._left = None, passage.channel

    def _cite(self, citation: Citation) -> None:
        numbers = self._numbers.of(citation)
        index = self._reply.content_index_of(citation)
        if passage := self._open("answer", index):
            passage.mark(citation.end, numbers)
            if self._canvas.is_due:
                self._draw(passage, [])

    def _draw(
        self, passage: Passage, blocks: Iterable[Block], *, closed: bool = False
    ) -> None:
        """Draw *blocks* of *passage* for good, and what is not complete below."""
        finished: list[str] = []
        for block in blocks:
            if rows := self._rows(passage, block, done=True):
                blank = [""] if self._gap and not block.joins else []
                finished += blank + rows
                self._gap = True
        self._canvas.draw(finished, [] if closed else self._tail(passage))

    def _tail(self, passage: Passage) -> list[str]:
        """Draw the last rows of what may still change, from the last one up."""
        most, rows = self._canvas.tail_rows, list[str]()
        for block in passage.latest():
            seen = block.last(most, self._canvas.width)
            blank = [] if block.joins else [""]
            rows = blank + self._rows(passage, seen, done=False) + rows
            if len(rows) > most:
                return end_of(rows, most // 2) if most > 1 else rows[-1:]
        begins_blank = rows and not rows[0] and not self._gap
        return rows[1:] if begins_blank else rows

    def _rows(self, passage: Passage, block: Block, *, done: bool) -> list[str]:
        width = self._canvas.width
        match passage.channel:
            case "answer":
                marks = passage.marks_in(block)
                return self._picture.answer(block, marks, width, cut=not done)
            case "thinking" | "plan":
                return self._picture.aside(block.text, width)
            case "tools":
                name = self._reply.tool_calls[passage.index].name
                return self._picture.call(name, block.text, width, done=done)
