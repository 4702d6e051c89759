"""A section on the screen: its complete blocks for good, below them the live rows."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cohere_cli.render.live.logprobs import ScoredText, TokenProbabilities
from cohere_cli.render.live.painter import Painter
from cohere_cli.render.live.screen import Screen
from cohere_cli.render.markdown.blocks import Block, tail_of
from cohere_cli.render.markdown.section import Section


@dataclass(slots=True)
class SectionView:
    """Draws one section. `called` is the tool's name if it is a call.

    Complete blocks wait for the next frame, too: many arrive in the time of one.
    """

    section: Section
    painter: Painter
    screen: Screen
    called: str = ""
    pending: list[Block] = field(default_factory=list)
    _begun: bool = False  # whether anything was drawn for good
    # What the frame before drew of each block. An open table stays as it is until
    # its next row is complete, and takes 10 ms to draw.
    _before: dict[object, list[str]] = field(default_factory=dict)

    def draw(self) -> None:
        """Draw the blocks that wait for good, and what is not complete below."""
        finished = self._finished()
        tail = self._tail(begun=self._begun or bool(finished))
        self._put(finished, tail)

    def close(self) -> None:
        """Draw all that is left for good, or one line in the place of all."""
        if self.section.is_collapsed:
            words = sum(count_words(block.text) for block in self.section.unfinished())
            self.screen.draw(self.painter.collapsed_thinking(words))
        else:
            self.pending += self.section.close()
            self._put(self._finished(), [])

    def _put(self, finished: list[str], tail: list[str]) -> None:
        self.screen.draw(finished, tail)
        # Not before: Ctrl-C may come while rows are made, which takes longest.
        self._begun, self.pending = self._begun or bool(finished), []

    def _finished(self) -> list[str]:
        finished: list[str] = []
        for block in self.pending:
            if rows := self._rows(block, done=True):
                follows = bool(finished) or self._begun
                finished += [""] if follows and not block.is_adjacent else []
                finished += rows
        return finished

    def _tail(self, *, begun: bool) -> list[str]:
        """Draw what may still change, as far as there is room for it."""
        if not self.screen.can_redraw:
            return []
        most = self.screen.max_live_rows
        folds = self.section.is_collapsed and most > 1
        title = self.painter.title(self.section.channel) if folds else []
        rows = self._last_rows(most - len(title))
        begins_blank = rows and not rows[0] and not begun
        return title + (rows[1:] if begins_blank else rows)

    def _last_rows(self, most: int) -> list[str]:
        """Draw the last rows, *most* of them or fewer, from the last block up."""
        rows, drawn = list[str](), dict[object, list[str]]()
        for block in self.section.unfinished():
            seen = block.last(most, self.screen.width)
            key = (seen, self.screen.width, str(self.section.citations_in(seen)))
            drawn[key] = self._before.get(key) or self._rows(seen, done=False)
            rows = ([] if block.is_adjacent else [""]) + drawn[key] + rows
            if len(rows) > most:
                rows = tail_of(rows, most // 2) if most > 1 else rows[-1:]
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
                return self.painter.quoted(block.text, width)
            case "tools":
                return self.painter.call(self.called, block.text, width, done=done)


def count_words(text: str) -> int:
    """Count words separated by white space; each kana or Chinese character is one."""
    return len(_word_pattern().findall(text))


@cache
def _word_pattern() -> re.Pattern[str]:
    characters = "\u3040-\u30ff\u3400-\u9fff"
    return re.compile(f"[{characters}]|[^\\s{characters}]+")


class TokenView:
    """Appends tokens as they arrive: none of them changes, so none is redrawn.

    *draw* takes characters for a screen whose cursor is at the start of a line.
    """

    def __init__(self, painter: Painter, draw: Callable[[str], None]) -> None:
        self._painter = painter
        self._draw = draw
        self._probabilities = TokenProbabilities()
        self._last = "\n"
        self.has_probabilities = False
        """Whether any token's probability came."""

    def take(self, text: str, item: Mapping[str, Any] | None) -> None:
        """Draw what *text* and its log probabilities complete."""
        self._append(self._probabilities.take(text, item))

    def close(self) -> None:
        """Draw the rest, and end its line."""
        self._append(self._probabilities.close())
        if self._last != "\n":
            self._draw("\n")
        self._last = "\n"

    def _append(self, pieces: Iterable[ScoredText]) -> None:
        for text, likely in pieces:
            self.has_probabilities = self.has_probabilities or likely is not None
            # Set first, because Ctrl-C may interrupt the drawing.
            self._last = text[-1:] or self._last
            self._draw(self._painter.token(text, likely))
