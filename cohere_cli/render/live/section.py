"""The view of a section: complete blocks as finished rows, the rest as live rows."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cohere_cli.characters.cleaner import Cleaner
from cohere_cli.render.live.logprobs import ScoredText, TokenProbabilities
from cohere_cli.render.live.painter import Painter
from cohere_cli.render.live.screen import Screen
from cohere_cli.render.markdown.blocks import Block, LineEndings, tail_of
from cohere_cli.render.markdown.section import Section


@dataclass(slots=True)
class SectionView:
    """Draws one section; `called` is the tool's name if it is a call.

    Complete blocks are `pending` until the next frame, because many may arrive
    between two frames.
    """

    section: Section
    painter: Painter
    screen: Screen
    called: str = ""
    pending: list[Block] = field(default_factory=list)
    _begun: bool = False  # whether any finished rows were drawn
    # Rows of the previous frame by block. An open table does not change until its
    # next row is complete, and takes 10 ms to draw.
    _before: dict[object, list[str]] = field(default_factory=dict)

    def draw(self) -> None:
        """Draw the pending blocks as finished rows, and incomplete text below."""
        finished = self._finished()
        begun = self._begun or bool(finished)
        self.screen.draw(finished, self._tail(begun=begun))
        # After drawing, because Ctrl-C may interrupt it.
        self._begun, self.pending = begun, []

    def close(self) -> None:
        """Add the rest as finished rows, or one line for a collapsed section.

        They are drawn with the next frame.
        """
        if self.section.is_collapsed:
            words = sum(count_words(block.text) for block in self.section.unfinished())
            self.screen.add(self.painter.collapsed_thinking(words))
        else:
            self.pending += self.section.close()
            self.screen.add(self._finished())

    def _finished(self) -> list[str]:
        finished: list[str] = []
        for block in self.pending:
            if rows := self._rows(block, done=True):
                follows = bool(finished) or self._begun
                finished += [""] if follows and not block.is_adjacent else []
                finished += rows
        return finished

    def _tail(self, *, begun: bool) -> list[str]:
        """Return the live rows, as many as fit."""
        if not self.screen.can_redraw:
            return []
        most = self.screen.max_live_rows
        has_title = self.section.is_collapsed and most > 1
        title = self.painter.title(self.section.channel) if has_title else []
        rows = self._last_rows(most - len(title))
        begins_blank = rows and not rows[0] and not begun
        return title + (rows[1:] if begins_blank else rows)

    def _last_rows(self, most: int) -> list[str]:
        """Return the last rows, up to *most*, from the last block upwards."""
        rows, drawn = list[str](), dict[object, list[str]]()
        for block in self.section.unfinished():
            # Of text, no more than will be shown, because each frame parses it again.
            needed = most if block.head else max(most // 2, 1)
            seen = block.last(needed, self.screen.width)
            key = (seen, self.screen.width, str(self.section.citations_in(seen)))
            drawn[key] = self._before.get(key) or self._rows(seen, done=False)
            rows = ([] if block.is_adjacent else [""]) + drawn[key] + rows
            if len(rows) > most:
                rows = tail_of(rows, most // 2) if most > 1 else rows[-1:]
                break
            if len(seen.text) < len(block.text):
                rows = rows if block.is_adjacent else rows[1:]
                break
        self._before = drawn
        return rows

    def _rows(self, block: Block, *, done: bool) -> list[str]:
        width = self.screen.width
        match self.section.channel:
            case "answer":
                marks = self.section.citations_in(block)
                return self.painter.answer(block, marks, width, cut=not done)
            case "thinking" | "plan":
                marks = self.section.citations_in(block)
                return self.painter.quoted(block.text, marks, width, cut=not done)
            case "tools":
                return self.painter.call(self.called, block.text, width, done=done)


def count_words(text: str) -> int:
    """Count words separated by whitespace; each kana or Chinese character is a word."""
    return len(_word_pattern().findall(text))


@cache
def _word_pattern() -> re.Pattern[str]:
    characters = "\u3040-\u30ff\u3400-\u9fff"
    return re.compile(f"[{characters}]|[^\\s{characters}]+")


class TokenView:
    """Appends tokens as they arrive; none is redrawn, because none changes.

    *draw* writes text; the cursor is at the start of a line before the first token.
    """

    def __init__(self, painter: Painter, draw: Callable[[str], None]) -> None:
        self._painter = painter
        self._draw = draw
        self._probabilities = TokenProbabilities()
        self._endings = LineEndings(padded=False)
        self._cleaner = Cleaner()
        self._last = "\n"
        self.has_probabilities = False
        """Whether the probability of any token arrived."""

    def take(self, text: str, item: Mapping[str, Any] | None) -> None:
        """Draw the tokens that *text* and the log probabilities of *item* complete."""
        self._append(self._probabilities.take(text, item))

    def close(self) -> None:
        """Draw the rest and end the line."""
        self._append(self._probabilities.close())
        self._draw(self._cleaner.feed("", final=True))
        if self._last != "\n":
            self._draw("\n")
        self._last = "\n"

    def _append(self, pieces: Iterable[ScoredText]) -> None:
        for piece, likely in pieces:
            text = self._endings.feed(piece)
            self.has_probabilities = self.has_probabilities or likely is not None
            # Set first, because Ctrl-C may interrupt the drawing.
            self._last = text[-1:] or self._last
            self._draw(self._painter.token(self._cleaner.feed(text), likely))
