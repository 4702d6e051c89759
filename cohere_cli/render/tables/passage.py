"""A passage that was found in a file, and the lines of it that are shown."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.text import shown_source, valid_unicode

# The end of an id: lines, cells of a notebook, or part 2 of either.
_RANGE = re.compile(r":(cell)?([0-9]+)(?:-([0-9]+))?(?:#[0-9]+)?$")


class RankedPassage(NamedTuple):
    """The lines `first` to `last` of a file, from 1.

    `at` is the most relevant line of its text, from 0. Where the file has pages in
    place of lines, as PDFs have, `first` and `last` are its page. `score` is the rerank
    model's in [0, 1], or, if not `is_reranked`, BM25's, which has no bounds.
    `document` is as the reader of files gives it.
    """

    document: Document
    first: int
    last: int
    at: int
    score: float
    is_reranked: bool = True

    @property
    def has_lines(self) -> bool:
        """Whether the lines of its text are those of the file: not of a PDF."""
        found = _RANGE.search(self.document.id)
        return self._is_sheet or (found is not None and not found[1])

    @property
    def _is_sheet(self) -> bool:
        return isinstance(self.document.data, Mapping) and "sheet" in self.document.data

    @property
    def best(self) -> int:
        """The number of the most relevant line, from 1, or the page."""
        return self._number(self.at) if self.has_lines else self.first

    def _number(self, at: int) -> int:
        """Return the number of a line of the text; a sheet's begins with its header."""
        return self.first + max(at - self._header_lines, 0)

    @property
    def _header_lines(self) -> int:
        found = _RANGE.search(self.document.id)
        if not (self._is_sheet and found and found[3]):
            return 0
        rows = int(found[3]) - int(found[2]) + 1
        return max(self.text.count("\n") + 1 - rows, 0)

    @property
    def end(self) -> int:
        """The last line, row, or cell of a notebook; the page of what has pages."""
        found = _RANGE.search(self.document.id)
        if found and found[3]:
            return int(found[3])
        return self.last if self.has_lines else self.first

    @property
    def source(self) -> str:
        """The path of the file, as it was found."""
        return self.document.source

    @property
    def text(self) -> str:
        """The text of the passage; of a record its bytes as they stand in the file."""
        data = self.document.data
        if isinstance(data, str):
            return data
        text = data.get("text")
        # The lines of a record must be those of its file, so that numbers are right.
        if isinstance(text, str) and "path" in data:
            return text
        return self.document.raw.decode(errors="replace")

    @property
    def score_name(self) -> str:
        """What the score is called in JSON."""
        return "relevance_score" if self.is_reranked else "bm25"

    def lines(self, before: int, after: int) -> list[tuple[int, str]]:
        """Return numbers and texts of lines around the best one, within the passage."""
        lines = self.text.split("\n")
        start = max(self.at - before, 0)
        shown = lines[start : self.at + after + 1]
        return [
            (
                self._number(start + nth) if self.has_lines else self.first,
                line.removesuffix("\r"),
            )
            for nth, line in enumerate(shown)
        ]

    def record(self, index: int) -> RankedRecord:
        """Return it as a row of a ranking: its text, from its best line on."""
        rest = "\n".join(self.text.split("\n")[self.at :])
        one = self.document._replace(data=rest, line=self.best)
        return RankedRecord(index, self.score, one)

    def as_object(self) -> dict[str, Any]:
        """Return the passage as an object of the JSON formats."""
        data = self.document.data
        title = data.get("title") if isinstance(data, Mapping) else None
        return {
            "id": valid_unicode(self.document.id),
            self.score_name: self.score,
            "path": valid_unicode(shown_source(self.source)),
            "first": self.first,
            "last": self.end,
            "line": self.best,
            **({"title": title} if isinstance(title, str) else {}),
            "text": self.text,
        }
