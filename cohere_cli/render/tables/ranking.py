"""Writes a ranking in one of the output formats, one record at a time."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from cohere_cli.errors import UsageProblem
from cohere_cli.render.tables.ranking_rows import (
    RankingStyle,
    csv_lines,
    json_chunks,
    jsonl_lines,
    markdown_lines,
    tsv_lines,
)
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal, clean_line
from cohere_cli.text import STDIN

Ranked = Iterable[RankedRecord]
Lines = Iterable[str] | Iterable[bytes]

# Bytes; a write for each of a million records would cost more than making them.
_BUFFER_SIZE = 1 << 16


def write_ranking(
    terminal: Terminal, output: str | None, ranked: Ranked, style: RankingStyle
) -> None:
    """Write records, which come best first, as *output*, one of `FORMATS`.

    None is a table on a terminal, the records themselves in a pipe. Raises
    `UsageProblem` for an unknown format.
    """
    name = output or ("table" if terminal.shows_output else "text")
    if name not in FORMATS:
        hint = f"choose one of {', '.join(FORMATS)}"
        raise UsageProblem(f"unknown output format {name!r}", hint=hint)
    write = draw_lines if name in _DRAWN else write_lines
    write(terminal, FORMATS[name](terminal, ranked, style))


def draw_lines(terminal: Terminal, lines: Lines) -> None:
    """Write *lines* without their ends, which may hold escape sequences of ours."""
    for line in lines:
        terminal.draw(f"{line!s}\n")


def write_lines(terminal: Terminal, lines: Lines) -> None:
    """Write *lines* clean on a screen, one by one; exact and together in a pipe."""
    if terminal.shows_output:
        for line in lines:
            terminal.write(_bytes(line).decode(errors="replace"))
        return
    buffer: list[bytes] = []
    size = 0
    for line in map(_bytes, lines):
        buffer.append(line)
        size += len(line)
        if size >= _BUFFER_SIZE:
            terminal.write_bytes(b"".join(buffer))
            buffer, size = [], 0
    terminal.write_bytes(b"".join(buffer))


def _bytes(line: str | bytes) -> bytes:
    # A lone surrogate has no bytes in UTF-8; in JSON this is its escape.
    return line.encode("utf-8", "backslashreplace") if isinstance(line, str) else line


def _table_lines(
    terminal: Terminal, ranked: Ranked, style: RankingStyle
) -> Iterator[str]:
    # Rich takes 60 ms to import.
    from cohere_cli.render.tables.ranking_table import table_lines

    return table_lines(terminal, ranked, style.query)


def _full_lines(
    terminal: Terminal, ranked: Ranked, style: RankingStyle
) -> Iterator[str]:
    from cohere_cli.render.tables.ranking_table import full_lines

    return full_lines(terminal, ranked, style.query)


def _text_lines(_: Terminal, ranked: Ranked, style: RankingStyle) -> Iterator[bytes]:
    """Yield the records' own bytes; with scores, all digits, for sort and awk."""
    end = style.end
    if not style.scores:
        return (one.record.raw + end for one in ranked)
    return (b"%r\t%b%b" % (one.relevance_score, one.record.raw, end) for one in ranked)


def path_lines(
    terminal: Terminal, ranked: Ranked, style: RankingStyle
) -> Iterator[bytes]:
    """Yield each file once, at its best record's rank; a note counts the pathless."""
    seen: set[str] = set()
    pathless = 0
    for one in ranked:
        source = one.record.source
        if source == STDIN:
            pathless += 1
        elif source not in seen:
            seen.add(source)
            yield shown_path(terminal, source) + style.end
    if pathless:
        terminal.note(f"co: records without a path left out: stdin ({pathless:,})")


def shown_path(terminal: Terminal, source: str) -> bytes:
    """Return the bytes of a path: exact in a pipe, clean on a screen."""
    if source.startswith("-"):
        # To `xargs rm` it must not look like an option.
        source = f"./{source}"
    if terminal.shows_output:
        return clean_line(source).encode()
    try:
        # A name that is not UTF-8 becomes the same bytes again.
        return os.fsencode(source)
    except UnicodeEncodeError:
        # A name that was read from a list, in another encoding than the locale's.
        return source.encode("utf-8", "replace")


FORMATS: Mapping[str, Callable[[Terminal, Ranked, RankingStyle], Lines]] = {
    "table": _table_lines,
    "full": _full_lines,
    "text": _text_lines,
    "json": json_chunks,
    "jsonl": jsonl_lines,
    "tsv": tsv_lines,
    "csv": csv_lines,
    "paths": path_lines,
    "markdown": markdown_lines,
}
_DRAWN = ("table", "full")
