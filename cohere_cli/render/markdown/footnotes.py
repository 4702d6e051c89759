"""Footnotes in Markdown: labels, references in the text, and definitions."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Any

from cohere_cli.render.links import web_link
from cohere_cli.render.markdown.blocks import Block, Fence
from cohere_cli.render.markdown.citations import (
    Mark,
    Places,
    Span,
    code_spans,
    ends_escaped,
    unbroken_spans,
)
from cohere_cli.render.sources import UNNAMED_SOURCE, ListedSource, source_title

_LABEL = r"\[\^{}([1-9][0-9]{{0,17}})\]"
# Not an underscore within a word, which has no effect and is frequent in paths.
_ACTS = re.compile(r"[\\`*\[\]<>&~|$]|(?<![^\W_])_|_(?![^\W_])")
# The beginning of a heading or a list item.
_BEGINS = re.compile(r"\A(?:(\d{1,9})(?=[.)])|(?=[#+-]))")


class Footnotes:
    """Gives each source a label that differs from the labels in the model's text.

    The first label follows the highest number in the text up to the time when the
    first block is written. Higher numbers in later text are escaped. In a text of
    several answers, the labels of each begin with a *prefix* of its own.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._label = re.compile(_LABEL.format(re.escape(prefix)))
        self._highest: int | None = None
        self._referred: set[int] = set()
        self._budget = ParseBudget()

    @property
    def began(self) -> bool:
        """Whether the first label is fixed."""
        return self._highest is not None

    def begin(self, text: str) -> None:
        """Fix the first label, unless it is fixed; *text* is the answer so far."""
        if self._highest is None:
            labels = (int(found) for found in self._label.findall(text))
            self._highest = max(labels, default=0)

    def within(self, block: Block, marks: Iterable[Mark]) -> str:
        """Return the block's source with its references."""
        cuts = self._collisions(block)
        parts = (block.text[a:b] for a, b in pairwise([0, *cuts, len(block.text)]))
        escaped = Block(block.kind, "\\".join(parts))
        moved = [(end + bisect_left(cuts, end), numbers) for end, numbers in marks]
        return insert_references(escaped, moved, self._references, self._budget)

    def unreferenced(self, sources: Iterable[ListedSource]) -> str:
        """Return references to the *sources* without a reference so far."""
        numbers = {one.number for one in sources} - self._referred
        return self._references(sorted(numbers))

    def definition(self, source: ListedSource) -> str:
        """Return the footnote of *source*: title, address and the cited spans."""
        title = _BEGINS.sub(r"\1\\", _one_line(_described(source)))
        words = f" — {_escaped(_one_line(source.quotes))}" if source.words else ""
        return f"{self._references([source.number])}: {title}{words}\n"

    def _references(self, numbers: Iterable[int]) -> str:
        numbers = list(numbers)
        self._referred.update(numbers)
        first = self._highest or 0
        return "".join(f"[^{self._prefix}{number + first}]" for number in numbers)

    def _collisions(self, block: Block) -> list[int]:
        """Return the positions of labels in the block that collide, outside code."""
        if self._highest is None or block.kind in ("fence", "code"):
            return []
        found = self._label.finditer(block.text)
        ours = [
            one.start()
            for one in found
            if int(one[1]) > self._highest and not ends_escaped(block.text, one.start())
        ]
        code = Places(block.text, code_spans(block.text) if ours else ())
        return [at for at in ours if code.outside(at + 1) == at + 1]


def _described(source: ListedSource) -> str:
    """Return the source's title, and its web address or else its id."""
    web = web_link(source.source)
    if source.is_row:
        title = _escaped(source.title)
        return f"{title}, <{web.uri}>" if web else title
    title = source_title(source.source)
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
"""Returns the references to the sources with these numbers."""

_BRACKETS = re.compile(
    r"\[[^\[\]\n]*\](?:\([^()\s]*(?:\s\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])?"
)
_ANGLES = re.compile(r"<[A-Za-z/!?][^<>]*>")
_BARE_URL = re.compile(r"(?:https?://|www\.)[^\s<>]+")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)]) {0,4}")
# A private-use character, which text should not contain; if it does, references go
# below the block. The unmatched bracket would end a link text, which is detected.
_PROBE = "(^\ue000]"
_SPACED_PROBE = " (^\ue001]"
_PROBES = re.compile("[\ue000\ue001]")
# Words to search for a position, and how many of them to try.
_MOST_SEEN = 50
_MOST_TRIES = 8
# Characters to parse for the references of a block; takes about a second.
_MOST_PARSED = 200_000
_LONGEST_WORD = 4096


class ParseBudget:
    """Limits the parsing for an answer's references: a few seconds.

    It is spent only on blocks whose references do not all fit at once. After it,
    the references of such a block follow below it.
    """

    def __init__(self, characters: int = 5 * _MOST_PARSED) -> None:
        self._left = characters

    def takes(self, characters: int) -> bool:
        """Spend that many characters, if a block may have them and they are left."""
        if characters > min(self._left, _MOST_PARSED):
            return False
        self._left -= characters
        return True


def insert_references(
    block: Block,
    marks: Iterable[Mark],
    write: ReferenceWriter,
    budget: ParseBudget | None = None,
) -> str:
    """Return the block's source with references after the spans that end in it.

    References without a valid position, as in code, follow in a paragraph.
    """
    if block.kind in ("fence", "code"):
        return _with_paragraph(block, _numbers(marks), write)
    places, unplaced = _find_places(block.text, list(marks), budget or ParseBudget())
    text = "".join(_pieces(block.text, places, write))
    return _with_paragraph(Block(block.kind, text), unplaced, write)


def close_fence(block: Block) -> Block:
    """Return the block, with a closing fence if it is an unclosed fence."""
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
    """Return the indentation that makes a paragraph part of the list item *block*."""
    item = _ITEM.match(block.text) if block.kind == "item" else None
    indent = " " * len(item[0]) if item else ""
    is_costly = len(block.text) > _MOST_PARSED
    # An item may end in an unclosed fence, or be empty.
    is_text = indent and not is_costly and _shows(block.text, indent)
    return indent if is_text else ""


def _find_places(
    source: str, marks: list[Mark], budget: ParseBudget
) -> tuple[dict[int, dict[int, None]], dict[int, None]]:
    """Return the source numbers by position, and those without a position."""
    places: dict[int, dict[int, None]] = {}
    unplaced: dict[int, None] = {}
    by_end: dict[int, list[Mark]] = {}
    for mark in sorted(marks):
        by_end.setdefault(mark[0], []).append(mark)
    found = _positions(source, [*by_end], budget)
    for place, alike in zip(found, by_end.values(), strict=True):
        listed = unplaced if place is None else places.setdefault(place, {})
        listed.update(_numbers(alike))
    return places, unplaced


def _positions(
    source: str, ends: list[int], budget: ParseBudget
) -> Sequence[int | None]:
    """Return the position for each of *ends*, which ascend; None where is none."""
    if not ends or len(source) > _MOST_PARSED:
        return [None] * len(ends)
    spans = Places(source, _closed_spans(source))
    firsts = [spans.at(end) for end in ends]
    if _are_harmless(source, sorted({*firsts})):
        return firsts
    if not budget.takes(len(source) * len(ends)):
        return [None] * len(ends)
    return [_position(source, first, spans) for first in firsts]


def _pieces(
    source: str, places: dict[int, dict[int, None]], write: ReferenceWriter
) -> Iterator[str]:
    done = 0
    for place, numbers in sorted(places.items()):
        yield f"{source[done:place]}{_gap(source, place)}{write(numbers)}"
        done = place
    yield source[done:]


def _position(source: str, first: int, spans: Places) -> int | None:
    """Return the nearest position from *first* on that changes no other text."""
    later = (found.end() for found in _TOKEN.finditer(source, first))
    free = (
        place for place in islice(later, _MOST_SEEN) if spans.outside(place) == place
    )
    tried = [first, *islice(free, _MOST_TRIES)]
    return next((place for place in tried if _are_harmless(source, [place])), None)


def _are_harmless(source: str, places: Sequence[int]) -> bool:
    """Return whether references at *places* parse as text and change nothing else.

    The positions ascend.
    """
    if not all(_is_free(source, place) for place in places):
        return False
    marked = _probed(source, places)
    if _count_shown(marked) < len(places):
        return False
    html: str = _parser().render(marked)
    html = html.replace(_SPACED_PROBE, "").replace(_PROBE, "")
    return html == _html(_undefined(source))


def _is_free(source: str, place: int) -> bool:
    """Return whether a reference can be at *place*, by the characters around it."""
    # Before a bracket it would become a link text.
    after = source[place : place + 1]
    return place > 0 and after not in ("[", "(") and source[place - 1] not in "([{<"


def _probed(source: str, places: Sequence[int]) -> str:
    """Return the source with a probe at each of *places*."""
    pieces = [_undefined(source[a:b]) for a, b in pairwise([0, *places, len(source)])]
    probes = [_SPACED_PROBE if _gap(source, place) else _PROBE for place in places]
    marked = "".join(
        f"{piece}{probe}" for piece, probe in zip(pieces, probes, strict=False)
    )
    return marked + pieces[-1]


def _undefined(source: str) -> str:
    # CommonMark would parse a footnote definition as a link definition.
    return source.replace("[^", "(^")


def _shows(item: str, indent: str) -> bool:
    """Return whether a paragraph below *item*, so indented, is a text."""
    return _count_shown(f"{item}\n\n{indent}{_PROBE}") == 1


def _count_shown(marked: str) -> int:
    """Return how many of the probes are text."""
    inline = (token.children or () for token in _parser().parse(marked))
    texts = (part.content for parts in inline for part in parts if part.type == "text")
    return sum(len(_PROBES.findall(text)) for text in texts)


def _gap(source: str, place: int) -> str:
    """Return a space if the text before would otherwise include the reference.

    `[a][^1]` is a link if `a` is defined; a bare URL extends to the next blank; a
    backslash escapes the bracket.
    """
    words = source[max(place - _LONGEST_WORD, 0) : place].rsplit(maxsplit=1)
    word = words[-1] if words else ""
    tail = word.replace("<", ">").rpartition(">")[2]
    is_address = _BARE_URL.search(tail) and "](" not in word
    return " " if word.endswith("]") or is_address or ends_escaped(word) else ""


def _closed_spans(source: str) -> list[Span]:
    spans = [*code_spans(source), *unbroken_spans(source)]
    for pattern in (_BRACKETS, _ANGLES, _BARE_URL):
        spans += (found.span() for found in pattern.finditer(source))
    return spans


@lru_cache(maxsize=1)  # called for each position in the same source
def _html(source: str) -> str:
    return str(_parser().render(source))


@cache
def _parser() -> Any:
    # Takes 60 ms to import; only an answer with citations needs it.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
