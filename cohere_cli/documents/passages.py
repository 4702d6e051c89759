"""Long texts in passages: whole paragraphs, of about 300 words together."""

from collections.abc import Iterator
from dataclasses import dataclass

from cohere_cli.documents.layout import Layout
from cohere_cli.documents.lengths import MOST, words
from cohere_cli.documents.long_lines import parts_of
from cohere_cli.documents.outline import Outline


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines `first` to `last` of a text, from 1, without the last one's end.

    Of a line that is too long, `nth` (from 1) says which of its parts this is.
    """

    first: int
    last: int
    text: str
    nth: int = 1

    @property
    def place(self) -> str:
        """Its lines, as in its id."""
        part = "" if self.nth == 1 else f"#{self.nth}"
        return f"{self.first}-{self.last}{part}"


def passages_of(lines: list[str], outline: Outline) -> list[Passage]:
    r"""Return the passages of *lines*, which were divided at `\n`.

    Together they have all lines that are not blank, in order, each once. There are
    none, if 400 words or less stand in *lines*: these are not to be divided.
    """
    layout = Layout([words(line) for line in lines], outline)
    if sum(layout.sizes) <= MOST:
        return []
    found = (_passages(lines, span, layout) for span in layout.passages())
    return [passage for passages in found for passage in passages]


def _passages(lines: list[str], span: range, layout: Layout) -> Iterator[Passage]:
    text = "\n".join(lines[span.start : span.stop]).removesuffix("\r")
    is_long_line = len(span) == 1 and layout.size(span) > MOST
    for nth, part in enumerate(parts_of(text) if is_long_line else [text], 1):
        yield Passage(span.start + 1, span.stop, part, nth)
