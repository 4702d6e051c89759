"""Names of files on standard input, as `git ls-files` and `find -print0` tell them."""

import os
from collections.abc import Iterator

from cohere_cli.documents.open_file import STDIN, UnreadableFile, shown
from cohere_cli.documents.source import NUL, Source
from cohere_cli.errors import InputProblem

# What a list of files may well name, and nobody can read as text.
_SKIPPED = {"not text", "over 64 MiB", "empty"}
# A list that is separated otherwise looks like one endless name.
_MOST_SHOWN = 100


def read_names(source: Source, separator: bytes) -> Iterator[tuple[int, str]]:
    """Yield the names, as they are given, each with its number in the list, from 1."""
    blank = 0
    for number, raw in source.raw_lines(separator):
        if separator != NUL and NUL in raw:
            where = f"{source.name}:{number}"
            hint = "if NULs separate the names, say so with -0"
            raise InputProblem("a NUL in a name", where=where, hint=hint)
        if raw.strip():
            name = os.fsdecode(raw)
            # A file of that name is not standard input.
            yield number, f"./{name}" if name == STDIN else name
        else:
            blank += 1
    source.skipped.blank_lines += blank


def name_error(exc: UnreadableFile, name: str, number: int) -> InputProblem | None:
    """Return, for the caller to raise, what is wrong with the name; None to skip it."""
    if exc.reason in _SKIPPED:
        return None
    what = f"{shown(name):.{_MOST_SHOWN}}: {exc.what}"
    hint = "leave it out of the list" if exc.reason == "special" else exc.hint
    if "\n" in name:
        hint = "if the names stand one a line, leave -0 out"
    return InputProblem(what, where=f"stdin:{number}", hint=hint)
