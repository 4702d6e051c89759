"""The outputs of rerank: the records best first, or what is known of them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from cohere_cli.errors import UsageProblem
from cohere_cli.render.tables.ranking_rows import (
    csv_lines,
    json_chunks,
    jsonl_lines,
    markdown_lines,
    tsv_lines,
)
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal, clean_line

OUTPUTS = ("table", "text", "json", "jsonl", "tsv", "csv", "paths", "markdown")
"""The formats of a ranking."""

RankingWriter = Callable[[Iterable[RankedRecord], Mapping[str, Any]], None]
"""Writes records that come best first, one at a time; the server's object beside them.

The object of several requests has no `results`: their indexes are not ours.
"""

Lines = Iterable[str] | Iterable[bytes]

# Bytes; a write for each of a million records would cost more than making them.
_AT_ONCE = 1 << 16


def ranking_writer(
    terminal: Terminal,
    output: str | None,
    *,
    query: str = "",
    scores: bool = False,
    null: bool = False,
    header: bool | None = None,
) -> RankingWriter:
    """Return what writes a ranking as *output*, one of `FORMATS`.

    None: a table on a terminal, the records themselves in a pipe. *query* gives the
    words to mark. *scores* puts the score and a tab before each record of `text`;
    *null* ends records and paths with NUL instead of a newline. *header* is whether
    `csv` and `tsv` begin with the columns' names; None: `csv` does, `tsv` does not.

    Raises `UsageProblem` for an unknown format.
    """
    end = b"\0" if null else b"\n"
    match output or ("table" if terminal.shows_output else "text"):
        case "table":
            return lambda ranked, _: _table(terminal, ranked, query)
        case "text":
            lines = _scored_records if scores else _records
            return _shown(terminal, partial(lines, end=end))
        case "json":
            return lambda ranked, told: _write(
                terminal, json_chunks(terminal, ranked, told)
            )
        case "jsonl":
            return _shown(terminal, partial(jsonl_lines, terminal))
        case "tsv":
            return _shown(terminal, partial(tsv_lines, header=bool(header)))
        case "csv":
            with_names = header is not False
            return _shown(
                terminal, partial(csv_lines, header=with_names, say=terminal.say)
            )
        case "paths":
            return _shown(terminal, partial(path_lines, terminal, end=end))
        case "markdown":
            return _shown(terminal, partial(markdown_lines, query=query))
        case unknown:
            raise UsageProblem(
                f"there is no output format {unknown!r}",
                hint=f"choose one of {', '.join(OUTPUTS)}",
            )


def _table(terminal: Terminal, ranked: Iterable[RankedRecord], query: str) -> None:
    # Rich costs 60 ms to import.
    from cohere_cli.render.tables.ranking_table import table_lines

    for line in table_lines(terminal, ranked, query):
        terminal.draw(f"{line}\n")


def _records(ranked: Iterable[RankedRecord], end: bytes) -> Iterator[bytes]:
    return (one.record.raw + end for one in ranked)


def _scored_records(ranked: Iterable[RankedRecord], end: bytes) -> Iterator[bytes]:
    # All digits: who sorts or compares needs them.
    return (b"%r\t%b%b" % (one.relevance_score, one.record.raw, end) for one in ranked)


def _shown(
    terminal: Terminal, lines_of: Callable[[Iterable[RankedRecord]], Lines]
) -> RankingWriter:
    return lambda ranked, _: _write(terminal, lines_of(ranked))


def _write(terminal: Terminal, lines: Lines) -> None:
    """Write *lines* clean on a screen, one by one; exact and together in a pipe."""
    if terminal.shows_output:
        for line in lines:
            terminal.write(_bytes(line).decode(errors="replace"))
        return
    held: list[bytes] = []
    size = 0
    for line in map(_bytes, lines):
        held.append(line)
        size += len(line)
        if size >= _AT_ONCE:
            terminal.write_bytes(b"".join(held))
            held, size = [], 0
    terminal.write_bytes(b"".join(held))


def _bytes(line: str | bytes) -> bytes:
    # A lone surrogate has no bytes in UTF-8; in JSON this is its escape.
    return line.encode("utf-8", "backslashreplace") if isinstance(line, str) else line


def has_path(source: str) -> bool:
    """Whether a record's source is a file, not standard input."""
    return source != "-"


def path_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], end: bytes
) -> Iterator[bytes]:
    """Yield each file once, at its best record's rank; a note tells of the pathless."""
    seen: set[str] = set()
    pathless = 0
    for one in ranked:
        source = one.record.source
        if not has_path(source):
            pathless += 1
        elif source not in seen:
            seen.add(source)
            yield _path(terminal, source) + end
    if pathless:
        terminal.note(f"co: left out for want of a path: standard input ({pathless:,})")


def _path(terminal: Terminal, source: str) -> bytes:
    if terminal.shows_output:
        return clean_line(source).encode()
    try:
        # A name that is no UTF-8 is the same bytes again.
        return os.fsencode(source)
    except UnicodeEncodeError:
        # A name that was read from a list, in another encoding than the locale's.
        return source.encode("utf-8", "replace")
