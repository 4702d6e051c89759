"""Separates `<think>…</think>` at the start of an answer: some servers have no field
for thinking.
"""

from collections.abc import Iterator

from cohere_cli.api.protocol.events import ContentType

_OPEN, _CLOSE = "<think>", "</think>"

Piece = tuple[ContentType, str]


class ThinkTags:
    """Separates the text of one answer, in whatever pieces it arrives.

    Blanks before the tags and after them are left out; text without tags is unchanged.
    """

    def __init__(self) -> None:
        self._held = ""  # text that may belong to a tag
        self._read = self._start

    def feed(self, piece: str) -> Iterator[Piece]:
        """Yield what *piece* completes."""
        self._held += piece
        before = None
        while before != self._read:
            before = self._read
            yield from self._read()

    def close(self) -> Iterator[Piece]:
        """Yield the text that turned out not to be a tag."""
        kind: ContentType = "thinking" if self._read == self._thinking else "text"
        if self._held:
            yield kind, self._held
        self._held = ""

    def _start(self) -> Iterator[Piece]:
        begin = self._held.lstrip()
        if begin.startswith(_OPEN):
            self._held, self._read = begin.removeprefix(_OPEN), self._thinking
        elif not _OPEN.startswith(begin):
            self._read = self._answer
        yield from ()

    def _thinking(self) -> Iterator[Piece]:
        thought, tag, rest = self._held.partition(_CLOSE)
        if tag:
            self._read = self._after
        else:
            sizes = range(min(len(_CLOSE), len(thought)), 0, -1)
            ends = (n for n in sizes if _CLOSE.startswith(thought[-n:]))
            size = len(thought) - next(ends, 0)
            thought, rest = thought[:size], thought[size:]
        self._held = rest
        if thought:
            yield "thinking", thought

    def _after(self) -> Iterator[Piece]:
        self._held = self._held.lstrip()
        if self._held:
            self._read = self._answer
        yield from ()

    def _answer(self) -> Iterator[Piece]:
        yield from self.close()
