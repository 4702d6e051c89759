"""Writes the passages that a search found in one of the output formats."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cohere_cli.render.json import format_json
from cohere_cli.render.tables.passage import RankedPassage
from cohere_cli.render.tables.ranking import (
    Lines,
    draw_lines,
    path_lines,
    shown_path,
    write_lines,
)
from cohere_cli.render.tables.ranking_rows import RankingStyle, markdown_lines
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal

_LINES_DRAWN = 5
"""Lines that a screen shows of a passage; the best one is the second, if it can be."""


class PassageStyle(NamedTuple):
    """What the formats depend on besides the passages.

    `query` has the words to mark. `context` is the number of lines before and after
    the best one, None for the format's own. `null` ends lines and paths with NUL.
    """

    query: str = ""
    context: int | None = None
    null: bool = False

    @property
    def ranking(self) -> RankingStyle:
        """The same for rows of a ranking."""
        return RankingStyle(query=self.query, null=self.null)


def write_passages(
    terminal: Terminal,
    output: str | None,
    passages: Sequence[RankedPassage],
    style: PassageStyle,
) -> None:
    """Write *passages*, which come best first, as *output*, one of `FORMATS`.

    None is the passages themselves on a terminal, `path:line:text` in a pipe.
    """
    name = output or ("full" if terminal.shows_output else "text")
    write = draw_lines if name in _DRAWN else write_lines
    write(terminal, FORMATS[name](terminal, passages, style))


def _full_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[str]:
    # Rich takes 60 ms to import.
    from cohere_cli.render.tables.passage_view import PassageView

    view = PassageView(terminal, style.query)
    for nth, passage in enumerate(passages):
        if nth:
            yield ""
        yield from view.lines(passage, *_around(passage, style.context))


def _around(passage: RankedPassage, context: int | None) -> tuple[int, int]:
    """Return how many lines before and after the best one a screen shows."""
    if context is not None:
        return context, context
    after = min(passage.text.count("\n") - passage.at, _LINES_DRAWN - 2)
    return _LINES_DRAWN - 1 - max(after, 0), after


def _table_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[str]:
    from cohere_cli.render.tables.ranking_table import table_lines

    return table_lines(terminal, _records(passages), style.query)


def _text_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[bytes]:
    """Yield `path:line:text` as grep does; context is `path-line-text`."""
    end = b"\0" if style.null else b"\n"
    context = style.context or 0
    for nth, passage in enumerate(passages):
        if nth and context:
            yield b"--" + end
        path = shown_path(terminal, passage.source)
        best = min(passage.at, context)
        for at, (number, text) in enumerate(passage.lines(context, context)):
            mark = b":" if at == best else b"-"
            line = text.encode("utf-8", "replace")
            yield mark.join((path, b"%d" % number, line)) + end


def _path_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[bytes]:
    return path_lines(terminal, _records(passages), style.ranking)


def _markdown_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[str]:
    return markdown_lines(terminal, _records(passages), style.ranking)


def _jsonl_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], _: PassageStyle
) -> Iterator[str]:
    return (f"{format_json(terminal, one.as_object())}\n" for one in passages)


def _json_lines(
    terminal: Terminal, passages: Sequence[RankedPassage], style: PassageStyle
) -> Iterator[str]:
    indent = 2 if terminal.shows_output else None
    found = {"query": style.query, "results": [one.as_object() for one in passages]}
    yield f"{format_json(terminal, found, indent)}\n"


def _records(passages: Sequence[RankedPassage]) -> list[RankedRecord]:
    return [one.record(index) for index, one in enumerate(passages)]


FORMATS: Mapping[
    str, Callable[[Terminal, Sequence[RankedPassage], PassageStyle], Lines]
] = {
    "full": _full_lines,
    "table": _table_lines,
    "text": _text_lines,
    "json": _json_lines,
    "jsonl": _jsonl_lines,
    "paths": _path_lines,
    "markdown": _markdown_lines,
}
_DRAWN = ("full", "table")
