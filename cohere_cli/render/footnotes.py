"""Footnotes of an answer: their labels, and their definitions at its end."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise

from cohere_cli.render.addresses import web_address
from cohere_cli.render.blocks import Block
from cohere_cli.render.closing import UNNAMED, Listed, title_of
from cohere_cli.render.marks import Mark, code_spans
from cohere_cli.render.references import with_references

_LABEL = re.compile(r"\[\^([1-9][0-9]{0,17})\]")
# An underscore within a word does nothing, and paths have many.
_ACTS = re.compile(r"[\\`*\[\]<>&~|$]|(?<![^\W_])_|_(?![^\W_])")
# What would begin a heading or a list.
_BEGINS = re.compile(r"\A(?:(\d{1,9})(?=[.)])|(?=[#+-]))")


class Footnotes:
    """Gives each source a label; a model's own labels never mean one of ours.

    The first label follows the highest number that the text had used when the
    first block was written. Where the text uses a higher one later, it is shown as
    text.
    """

    def __init__(self) -> None:
        self._highest: int | None = None
        self._referred: set[int] = set()

    @property
    def began(self) -> bool:
        """Whether the labels are chosen."""
        return self._highest is not None

    def begin(self, text: str) -> None:
        """Choose the labels, unless they are chosen; *text* is all that has come."""
        if self._highest is None:
            labels = (int(found) for found in _LABEL.findall(text))
            self._highest = max(labels, default=0)

    def within(self, block: Block, marks: Iterable[Mark]) -> str:
        """Return the block's source with its references."""
        cuts = self._collisions(block)
        parts = (block.text[a:b] for a, b in pairwise([0, *cuts, len(block.text)]))
        told = Block(block.kind, "\\".join(parts))
        moved = [(end + bisect_left(cuts, end), numbers) for end, numbers in marks]
        return with_references(told, moved, self._refer)

    def missing(self, sources: Iterable[Listed]) -> str:
        """Return references to those of *sources* that none refers to yet."""
        numbers = {one.number for one in sources} - self._referred
        return self._refer(sorted(numbers))

    def definition(self, source: Listed) -> str:
        """Return the line that tells what *source* is, and which words it is for."""
        told = _BEGINS.sub(r"\1\\", _one_line(_described(source)))
        words = f" — {_escaped(_one_line(source.quotes))}" if source.words else ""
        return f"{self._refer([source.number])}: {told}{words}\n"

    def _refer(self, numbers: Iterable[int]) -> str:
        numbers = list(numbers)
        self._referred.update(numbers)
        return "".join(f"[^{number + (self._highest or 0)}]" for number in numbers)

    def _collisions(self, block: Block) -> list[int]:
        """Return where the block uses a label of ours, other than in code."""
        if self._highest is None or block.kind in ("fence", "code"):
            return []
        found = _LABEL.finditer(block.text)
        ours = [one.start() for one in found if int(one[1]) > self._highest]
        code = list(code_spans(block.text)) if ours else []
        return [at for at in ours if not any(a <= at < b for a, b in code)]


def _described(source: Listed) -> str:
    """Return the source's title, and its address on the web or else its id."""
    title, web = title_of(source.source), web_address(source.source)
    place = web.uri if web else source.source.id
    shown = f"<{place}>" if web else _escaped(place)
    if title in ("", place):
        return shown or _escaped(source.source.type or UNNAMED)
    return f"{_escaped(title)}, {shown}" if shown else _escaped(title)


def _escaped(text: str) -> str:
    return _ACTS.sub(r"\\\g<0>", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
