"""Footnotes of an answer: their labels, and their definitions at its end."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Any

from cohere_cli.render.links import web_link
from cohere_cli.render.markdown.blocks import Block, Fence
from cohere_cli.render.markdown.citations import Mark, Span, code_spans, marker_position
from cohere_cli.render.sources import UNNAMED_SOURCE, ListedSource, source_title

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
        return insert_references(told, moved, self._references)

    def unreferenced(self, sources: Iterable[ListedSource]) -> str:
        """Return references to those of *sources* that none refers to yet."""
        numbers = {one.number for one in sources} - self._referred
        return self._references(sorted(numbers))

    def definition(self, source: ListedSource) -> str:
        """Return the line that tells what *source* is, and which words it is for."""
        told = _BEGINS.sub(r"\1\\", _one_line(_described(source)))
        words = f" — {_escaped(_one_line(source.quotes))}" if source.words else ""
        return f"{self._references([source.number])}: {told}{words}\n"

    def _references(self, numbers: Iterable[int]) -> str:
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


def _described(source: ListedSource) -> str:
    """Return the source's title, and its address on the web or else its id."""
    title, web = source_title(source.source), web_link(source.source)
    place = web.uri if web else source.source.id
    shown = f"<{place}>" if web else _escaped(place)
    if title in ("", place):
        return shown or _escaped(source.source.type or UNNAMED_SOURCE)
    return f"{_escaped(title)}, {shown}" if shown else _escaped(title)


def _escaped(text: str) -> str:
    return _ACTS.sub(r"\\\g<0>", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


ReferenceWriter = Callable[[Iterable[int]], str]
"""Returns the references to sources of these numbers."""

_BRACKETS = re.compile(
    r"\[[^\[\]\n]*\](?:\([^()\s]*(?:\s\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])?"
)
_ANGLES = re.compile(r"<[A-Za-z/!?][^<>]*>")
_BARE_URL = re.compile(r"(?:https?://|www\.)[^\s<>]+")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)]) {0,4}")
# No text from a model has it, and if one has, its references stand below the block.
# Its bracket is not opened: within a link's text it would end the link, and be found.
_PROBE = "(^\ue000]"
# How many words further on a place is looked for, and how many of them are tried.
_MOST_SEEN = 50
_MOST_TRIES = 8
# Characters that may be parsed for a block's references: about a second's work.
_MOST_PARSED = 200_000


def insert_references(
    block: Block, marks: Iterable[Mark], write: ReferenceWriter
) -> str:
    """Return the block's source with references behind the spans that end in it.

    Those that can stand nowhere in it, as in code, follow it in a paragraph.
    """
    if block.kind in ("fence", "code"):
        return _with_paragraph(block, _numbers(marks), write)
    places, homeless = _settled(block.text, list(marks))
    text = "".join(_pieces(block.text, places, write))
    return _with_paragraph(Block(block.kind, text), homeless, write)


def close_fence(block: Block) -> Block:
    """Return the block; a fence that was left open is closed, for what follows it."""
    opening, *lines = block.text.removesuffix("\n").split("\n")
    fence = Fence.opened_by(opening) if block.kind == "fence" else None
    if fence is None or (lines and fence.is_closed_by(lines[-1], nested=False)):
        return block
    return Block("fence", "\n".join([opening, *lines, fence.marks, ""]))


def _numbers(marks: Iterable[Mark]) -> dict[int, None]:
    return dict.fromkeys(number for _, numbers in marks for number in numbers)


def _with_paragraph(
    block: Block, numbers: dict[int, None], write: ReferenceWriter
) -> str:
    if not numbers:
        return block.text
    text = close_fence(block).text.rstrip()
    return f"{text}\n\n{_indent_after(block)}{write(numbers)}\n\n"


def _indent_after(block: Block) -> str:
    """Return what keeps a paragraph in the item before it, if it is text there."""
    item = _ITEM.match(block.text) if block.kind == "item" else None
    indent = " " * len(item[0]) if item else ""
    is_costly = len(block.text) > _MOST_PARSED
    # An item may end in code that is still open, or hold nothing.
    kept = indent and not is_costly and _shows(f"{block.text}\n\n{indent}{_PROBE}")
    return indent if kept else ""


def _settled(
    source: str, marks: list[Mark]
) -> tuple[dict[int, dict[int, None]], dict[int, None]]:
    """Return the numbers by their places, and those that found none."""
    spans = _closed_spans(source) if marks else []
    places: dict[int, dict[int, None]] = {}
    homeless: dict[int, None] = {}
    by_end: dict[int, list[Mark]] = {}
    for mark in marks:
        by_end.setdefault(mark[0], []).append(mark)
    costly = len(source) * len(by_end) > _MOST_PARSED
    for end, alike in by_end.items():
        place = None if costly else _place(source, end, spans)
        found = homeless if place is None else places.setdefault(place, {})
        found.update(_numbers(alike))
    return places, homeless


def _pieces(
    source: str, places: dict[int, dict[int, None]], write: ReferenceWriter
) -> Iterator[str]:
    done = 0
    for place, numbers in sorted(places.items()):
        yield f"{source[done:place]}{_gap(source, place)}{write(numbers)}"
        done = place
    yield source[done:]


def _place(source: str, end: int, spans: list[Span]) -> int | None:
    """Find the nearest place from *end* on where a reference changes nothing else."""
    first = marker_position(source, end, spans)
    later = (found.end() for found in _TOKEN.finditer(source, first))
    free = (
        place
        for place in islice(later, _MOST_SEEN)
        if not any(start < place < stop for start, stop in spans)
    )
    tried = [first, *islice(free, _MOST_TRIES)]
    return next((place for place in tried if _is_harmless(source, place)), None)


def _is_harmless(source: str, place: int) -> bool:
    """Ask the parser: the reference is seen as text, and all else is as it was."""
    before, after = source[:place], source[place : place + 1]
    # Before a bracket it would be a link's text.
    if not before or after in ("[", "(") or before[-1] in "([{<":
        return False
    added = f"{_gap(source, place)}{_PROBE}"
    # A footnote's definition is text, though CommonMark takes it for a link's.
    source = source.replace("[^", "(^")
    marked = f"{source[:place]}{added}{source[place:]}"
    if not _shows(marked):
        return False
    html: str = _parser().render(marked)
    return html.replace(added, "") == _html(source)


def _shows(marked: str) -> bool:
    inline = (token.children or () for token in _parser().parse(marked))
    seen = (part for parts in inline for part in parts if _PROBE in part.content)
    return any(part.type == "text" for part in seen)


def _gap(source: str, place: int) -> str:
    """Return the blank without which what stands before would take the reference.

    `[a][^1]` is a link if `a` is defined; a bare address goes on up to a blank.
    """
    words = source[:place].rsplit(maxsplit=1)
    word = words[-1] if words else ""
    tail = word.replace("<", ">").rpartition(">")[2]
    is_address = _BARE_URL.search(tail) and "](" not in word
    return " " if word.endswith("]") or is_address else ""


def _closed_spans(source: str) -> list[Span]:
    spans = [*code_spans(source)]
    for pattern in (_BRACKETS, _ANGLES, _BARE_URL):
        spans += (found.span() for found in pattern.finditer(source))
    return spans


@lru_cache(maxsize=1)  # asked again for each place in it
def _html(source: str) -> str:
    return str(_parser().render(source))


@cache
def _parser() -> Any:
    # 60 ms to import: only an answer with citations needs it.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
