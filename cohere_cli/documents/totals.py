"""How much there is to ground an answer in."""

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from cohere_cli.documents.document import Document

# English has about four bytes a token; other scripts more bytes and more tokens.
_TOKEN = 4


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """Counts: whole `documents`, the `passages` sent of them, and their `tokens`.

    A token is taken for 4 bytes of UTF-8, in the JSON of a document's data. It is
    an estimate: the words of the text decide, and the model.
    """

    documents: int
    passages: int
    tokens: int

    def __str__(self) -> str:
        counts = [_count(self.documents, "document")]
        if self.passages != self.documents:
            counts.append(_count(self.passages, "passage"))
        counts.append(f"~{_count(_rounded(self.tokens), 'token')}")
        return ", ".join(counts)


def count_totals(documents: Iterable[Document]) -> DocumentTotals:
    """Return how much *documents* are."""
    whole: set[str] = set()
    passages = size = 0
    for document in documents:
        whole.add(document.part_of or document.id)
        passages += 1
        size += len(json.dumps(document.data, ensure_ascii=False).encode())
    return DocumentTotals(len(whole), passages, -(-size // _TOKEN))


def _rounded(number: int) -> int:
    """Return *number* with two digits that count: more is not known."""
    return round(number, 2 - len(str(number)))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def total_file_size(sources: Iterable[str]) -> int | None:
    """Return the bytes of all *sources*, or None unless all of them are files."""
    sizes = [_size(source) for source in sources]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _size(source: str) -> int | None:
    try:
        status = os.stat(source)  # noqa: PTH116 - Path("") is the current folder
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
