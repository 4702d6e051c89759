"""A list of file names on standard input, as from `git ls-files` or `find -print0`."""

import os
from collections.abc import Iterator

from cohere_cli.documents.open_file import UnreadableFile
from cohere_cli.documents.source import NUL, Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import STDIN, shown_source

# Reasons that a list of all files has by nature: skipped, not refused.
_SKIPPED_REASONS = {"not text", "over 64 MiB", "empty"}
# A list with another separator looks like one endless name.
_MAX_SHOWN = 100


def read_names(source: Source, separator: bytes) -> Iterator[tuple[int, str]]:
    """Yield the names, as they are given, each with its number in the list, from 1."""
    blank = 0
    for number, raw in source.raw_lines(separator):
        if separator != NUL and NUL in raw:
            where = f"{source.name}:{number}"
            hint = "use -0 if the names are separated by NULs"
            raise InputProblem("a NUL in a name", where=where, hint=hint)
        if raw.strip():
            name = os.fsdecode(raw)
            # A file of that name is not standard input.
            yield number, f"./{name}" if name == STDIN else name
        else:
            blank += 1
    source.skipped.blank_lines += blank


def name_error(exc: UnreadableFile, name: str, number: int) -> InputProblem | None:
    """Return the error to raise for the name; None if the file is to be skipped."""
    if exc.reason in _SKIPPED_REASONS:
        return None
    what = f"{shown_source(name):.{_MAX_SHOWN}}: {exc.what}"
    hint = "leave it out of the list" if exc.reason == "special" else exc.hint
    if "\n" in name:
        hint = "leave out -0 if the names are separated by line ends"
    return InputProblem(what, where=f"stdin:{number}", hint=hint)
