"""A list of file names on standard input, as from `git ls-files` or `find -print0`."""

import os
from collections.abc import Iterator

from cohere_cli.documents.blocks import NUL
from cohere_cli.documents.open_file import unquote_name
from cohere_cli.documents.source import Source
from cohere_cli.errors import InputProblem
from cohere_cli.text import STDIN, shown_source

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
            if separator != NUL and not os.path.lexists(name):
                name = os.fsdecode(unquote_name(raw.removesuffix(b"\r")))
            # A file of that name is not standard input.
            yield number, f"./{name}" if name == STDIN else name
        else:
            blank += 1
    source.skipped.blank_lines += blank


def require_separator(name: str, number: int) -> None:
    """Raise `InputProblem` if the first name, which no file has, is a list of names."""
    if number == 1 and "\n" in name and not os.path.lexists(name):
        what = f"{shown_source(name):.{_MAX_SHOWN}}: no such file"
        hint = "leave out -0 if the names are separated by line ends"
        raise InputProblem(what, where=f"stdin:{number}", hint=hint)
