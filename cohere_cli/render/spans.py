"""The spans of a reply's text that its citations cover."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from cohere_cli.api.protocol.events import Channel, Citation
from cohere_cli.api.protocol.reply import Content, GrowingText, Reply
from cohere_cli.errors import ServerFault

# Units in which servers count offsets, besides code points: encoding and bytes.
_UNITS = (("utf-16-le", 2), ("utf-8", 1))
_BLOCK = 256
_BLANKS = re.compile(r"\s+")
_NOTHING = Content()
# Characters of a span without words of its own that are listed with its source.
_LONGEST_WORDS = 120

MOST_SEARCHED = 1 << 30
"""Characters to search for the words of all citations; takes a few seconds.

Offsets that are right need no search.
"""

_PROBE = 100  # characters that can be searched while a place is looked at


@dataclass(slots=True)
class CitedSpan:
    """The text that a citation covers, and its citation with that text's own offsets.

    The citation's words are empty where the text does not contain them. `index` is
    the content block's; it is 0 for a plan.
    """

    channel: Channel
    index: int
    citation: Citation


class CitedSpans:
    """Finds what the citations of one reply cover, while it grows.

    Servers count in code points, in UTF-16 units or in bytes; some offsets are wrong.
    """

    def __init__(self) -> None:
        self._units: dict[tuple[int, str], UnitOffsets] = {}
        self._left = MOST_SEARCHED

    def of(self, reply: Reply, citation: Citation) -> CitedSpan:
        """Return what *citation* covers in *reply*.

        Raises `ServerFault` if the offsets of too many citations are wrong.
        """
        if citation.channel == "plan":
            placed = self._placed(citation, -1, reply.tool_plan)
            return CitedSpan("plan", 0, placed)
        first: CitedSpan | None = None
        for index in reply.content_indices_of(citation):
            span = self._in_block(reply, citation, index)
            if span.citation.text:
                return span
            first = first or span
        return first or self._in_block(reply, citation, 0)

    def _in_block(self, reply: Reply, citation: Citation, index: int) -> CitedSpan:
        self._spend(_PROBE)
        block = reply.content.get(index, _NOTHING)
        kind: Channel = "thinking" if block.type == "thinking" else "answer"
        # The block is missing where a citation comes before its text.
        channel = citation.channel if block is _NOTHING else kind
        return CitedSpan(channel, index, self._placed(citation, index, block.text))

    def _placed(self, citation: Citation, index: int, grown: GrowingText) -> Citation:
        """Return *citation* with the offsets and words of its span in the text."""
        text, words = str(grown), citation.text
        if not words.strip():
            return self._without_words(citation, text)
        if text.startswith(words, citation.start):
            end = citation.start + len(words)
            return citation if end == citation.end else citation.replace(end=end)
        span = self._by_units(citation, index, text) or self._nearest(citation, text)
        if span is None:
            return citation.replace(text="")
        start, end = span
        return citation.replace(start=start, end=end, text=text[start:end])

    def _without_words(self, citation: Citation, text: str) -> Citation:
        start, end = citation.start, citation.end
        if not start <= end <= len(text):
            return citation.replace(text="")
        while end > start and text[end - 1].isspace():
            end -= 1
        self._spend(citation.end - end)
        words = text[start : min(end, start + _LONGEST_WORDS)].rstrip()
        return citation.replace(end=end, text=words)

    def _by_units(
        self, citation: Citation, index: int, text: str
    ) -> tuple[int, int] | None:
        """Return the span if the server counts in other units than code points."""
        if text.isascii():
            return None
        for encoding, size in _UNITS:
            units = self._units.setdefault(
                (index, encoding), UnitOffsets(encoding, size)
            )
            at = units.position(text, citation.start)
            if text.startswith(citation.text, at):
                return at, at + len(citation.text)
        return None

    def _nearest(self, citation: Citation, text: str) -> tuple[int, int] | None:
        """Return the nearest occurrence of the words, whole words before parts."""
        start, tokens = citation.start, citation.text.split()
        for whole in (True, False):
            sides = (self._search(tokens, text, start, whole, back) for back in (1, 0))
            if found := [*filter(None, sides)]:
                return min(found, key=lambda span: abs(span[0] - start))
        return None

    def _search(
        self, tokens: list[str], text: str, start: int, whole: bool, back: int
    ) -> tuple[int, int] | None:
        """Return the first occurrence of *tokens* after *start*, or *back* from it."""
        first, at = tokens[0], min(start, len(text))
        while True:
            before = at
            if back:
                at = text.rfind(first, 0, max(at - 1, 0) + len(first)) if at else -1
            else:
                at = text.find(first, at)
            end_of_search = at if at >= 0 else 0 if back else len(text)
            self._spend(_PROBE + abs(end_of_search - before))
            if at < 0:
                return None
            end = _end_of(tokens, text, at)
            if end is not None and (not whole or _is_whole(text, at, end)):
                return at, end
            at += not back

    def _spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            message = "the citations do not fit the text: too many have wrong offsets"
            raise ServerFault(message, hint="-o json has the reply as it came")


class UnitOffsets:
    """Converts offsets in units of an encoding to code points, in a growing text."""

    def __init__(self, encoding: str, size: int) -> None:
        self._encoding = encoding
        self._size = size  # bytes of a unit
        self._starts = [0]  # the units before each block of the text

    def position(self, text: str, units: int) -> int:
        """Return the code point that begins at *units*, or the last one before."""
        while len(self._starts) * _BLOCK <= len(text):
            end = len(self._starts) * _BLOCK
            size = len(self._encoded(text[end - _BLOCK : end])) // self._size
            self._starts.append(self._starts[-1] + size)
        block = bisect_right(self._starts, units) - 1
        before = block * _BLOCK
        most = (units - self._starts[block]) * self._size
        rest = self._encoded(text[before : before + _BLOCK])[:most]
        return before + len(rest.decode(self._encoding, "ignore"))

    def _encoded(self, text: str) -> bytes:
        return text.encode(self._encoding, "surrogatepass")


def _end_of(tokens: list[str], text: str, at: int) -> int | None:
    """Return where *tokens*, with any blanks between them, end; None if not there."""
    for number, token in enumerate(tokens):
        if number:
            blanks = _BLANKS.match(text, at)
            if blanks is None:
                return None
            at = blanks.end()
        if not text.startswith(token, at):
            return None
        at += len(token)
    return at


def _is_whole(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return not any(one.isalnum() or one == "_" for one in around)
