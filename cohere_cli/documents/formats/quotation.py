"""Lines that quote files by name alone: `path:text`, as grep writes without numbers.

A name and a colon also begin other lines, so a line counts only if its file has the
text as a line of its own; that line's number is its place.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from cohere_cli.documents.blocks import NEWLINE
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.grep import (
    Place,
    find_place,
    is_file,
    located,
    located_lines,
)
from cohere_cli.documents.open_file import open_regular_file
from cohere_cli.documents.source import Source
from cohere_cli.errors import InputProblem

# A match, or a line of its context.
_MARK = re.compile(rb"[:-]")
_MAX_PATH = 4095
_MAX_MARKS = 40  # of which one ends the path
# Larger files are not searched for a line.
_MAX_FILE_BYTES = 4 * 2**20
_MOST_COMPARED = 100  # lines


def is_quotation(head: bytes) -> bool:
    """Whether half of the lines in *head*, or more, quote a line of a file."""
    whole, _, rest = head.rpartition(NEWLINE)
    lines = (line for line in (whole or rest).split(NEWLINE) if line.strip())
    some, locate = list(islice(lines, _MOST_COMPARED)), _Quotations().place
    found = sum(located(line, locate)[1] is not None for line in some)
    return bool(some) and 2 * found >= len(some)


def quoted_lines(source: Source) -> Iterator[Document]:
    """Yield each line with the place that it quotes, as `grep_lines` does."""
    return located_lines(source, _Quotations().place)


class _Quotations:
    """Finds the places of lines; a text that is quoted again is at its next line."""

    def __init__(self) -> None:
        self._used: Counter[tuple[bytes, bytes]] = Counter()

    def place(self, line: bytes) -> Place | None:
        """Return the place that *line* begins with, or that of its text in its file."""
        if place := find_place(line, is_sure=False):
            return place
        for mark in islice(_MARK.finditer(line, 1, _MAX_PATH), _MAX_MARKS):
            path, text = line[: mark.start()], line[mark.end() :].rstrip(b"\r")
            is_quoted = text and is_file(path)
            if is_quoted and (numbers := _line_numbers(path).get(text)):
                nth = self._used[path, text] % len(numbers)
                self._used[path, text] += 1
                return Place(path, numbers[nth], mark.group(), mark.end())
        return None


@lru_cache(16)
def _line_numbers(path: bytes) -> dict[bytes, list[int]]:
    """Return the numbers of each line of the file *path*, none if it is unreadable."""
    numbers: dict[bytes, list[int]] = {}
    try:
        with open_regular_file(os.fsdecode(path)) as stream:
            content = stream.read(_MAX_FILE_BYTES)
    except (InputProblem, OSError):
        return numbers
    for number, line in enumerate(content.split(NEWLINE), 1):
        numbers.setdefault(line.rstrip(b"\r"), []).append(number)
    return numbers
