"""Totals of documents, passages, tokens and bytes."""

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from cohere_cli.documents.document import Document
from cohere_cli.text import plural

# English has about four bytes a token; other scripts more bytes and more tokens.
_BYTES_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """Counts: whole `documents`, the `passages` sent of them, and their `tokens`.

    Tokens are estimated at 4 bytes of UTF-8 of the JSON of a document's data; the
    model and the text decide the real number.
    """

    documents: int
    passages: int
    tokens: int

    def __str__(self) -> str:
        counts = [plural(self.documents, "document")]
        if self.passages != self.documents:
            counts.append(plural(self.passages, "passage"))
        # Two significant digits: an estimate has no more.
        tokens = round(self.tokens, 2 - len(str(self.tokens)))
        return ", ".join([*counts, f"~{plural(tokens, 'token')}"])


def count_totals(documents: Iterable[Document]) -> DocumentTotals:
    """Return the totals of *documents*."""
    whole: set[str] = set()
    passages = size = 0
    for document in documents:
        whole.add(document.part_of or document.id)
        passages += 1
        size += _size(document)
    return DocumentTotals(len(whole), passages, estimated_tokens(size))


class TokenCount:
    """Counts the tokens of documents as they come, as `count_totals` does."""

    def __init__(self) -> None:
        self._size = 0

    def add(self, document: Document) -> int:
        """Return the tokens of *document* and all before it."""
        self._size += _size(document)
        return estimated_tokens(self._size)


def _size(document: Document) -> int:
    return len(json.dumps(document.data, ensure_ascii=False).encode())


def estimated_tokens(size: int) -> int:
    """Return about how many tokens a text of *size* bytes has."""
    return -(-size // _BYTES_PER_TOKEN)


def total_file_size(sources: Iterable[str]) -> int | None:
    """Return the bytes of all *sources*, or None unless all of them are files."""
    total = 0
    for source in sources:
        try:
            status = os.stat(source)  # noqa: PTH116 - Path("") is the current folder
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total
