"""A ranking as rows: JSON, tab-separated, CSV and Markdown."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain, count, islice
from typing import Any

from cohere_cli.documents.document import Document
from cohere_cli.record import value_class
from cohere_cli.render.json import format_json
from cohere_cli.render.tables.excerpt import QueryWords, excerpt
from cohere_cli.render.tables.record import RankedRecord, location, score_text
from cohere_cli.strict_json import dumps
from cohere_cli.terminal import Terminal
from cohere_cli.text import valid_unicode

SCORE = "relevance_score"
"""The column that a ranking adds; where records have one, it gets a number."""


@value_class
class RankingStyle:
    """What the formats depend on besides the records.

    `query` has the words to mark; `scores` puts the score before each record of
    `text`; `null` ends records and paths with NUL. `response` is the server's object;
    that of several requests has no `results`, as their indexes are not the records'.
    `sample` are some of the records read: they name the columns if none is written.
    """

    query: str = ""
    scores: bool = False
    null: bool = False
    response: Mapping[str, Any] = field(default_factory=dict)
    sample: Sequence[Document] = ()

    @property
    def end(self) -> bytes:
        """The bytes that end a record."""
        return b"\0" if self.null else b"\n"


_FIELDS = ("index", SCORE, "source", "line", "document")
_HEADER_RECORDS = 1_000
_MAX_NAMED = 5
# As PostgreSQL, Miller and jq's @tsv write them: nothing is lost, each row is a line.
_TAB_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


def tsv_lines(
    _: Terminal, ranked: Iterable[RankedRecord], _style: RankingStyle
) -> Iterator[str]:
    """Yield rank, score, source, line and document; fields are JSON."""
    for rank, one in enumerate(ranked, 1):
        _index, *values = record_fields(one).values()
        yield tsv_line((rank, *values))


def tsv_line(values: Iterable[Any]) -> str:
    """Return *values* between tabs; tab, newline and backslash are escaped."""
    return "\t".join(_escaped(cell_text(value)) for value in values) + "\n"


def csv_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], style: RankingStyle
) -> Iterator[str]:
    """Yield rows of CSV (RFC 4180): the records' own columns, then their score.

    The columns are those of the first 1,000 records; a message names those that only
    later ones have. If one of the 1,000 is text, the columns are index, score,
    source, line and document. Lists and objects are JSON. A score column of the
    records' own stays; the new one gets a number, and a message names it.
    """
    import csv

    rest = iter(ranked)
    first = list(islice(rest, _HEADER_RECORDS))
    columns = _Columns([one.record for one in first] or style.sample)
    if columns.score != SCORE:
        what = f"the records have a column {SCORE}; the new scores are in"
        terminal.say(f"co: {what} {columns.score}")
    # The module quotes what holds a character of its line end, so it keeps its own.
    rows = csv.writer(_Echo(), lineterminator="\r\n")
    if first or style.sample:
        yield _line(rows.writerow(columns.names))
    for one in chain(first, rest):
        yield _line(rows.writerow(columns.cells(one)))
    if left_out := columns.left_out:
        what = f"columns absent from the first {_HEADER_RECORDS:,} records left out"
        terminal.say(f"co: {what}: {left_out}; -o jsonl has them")


class _Columns:
    """The columns of a CSV file, and those that were left out of it."""

    def __init__(self, first: Sequence[Document]) -> None:
        objects = [one.data for one in first if isinstance(one.data, Mapping)]
        self._are_objects = len(objects) == len(first)
        own = dict.fromkeys(name for data in objects for name in data)
        self.score = _free_name(own) if self._are_objects else SCORE
        self.names = (*own, self.score) if self._are_objects else _FIELDS
        self._known = frozenset(own)
        self._unknown: dict[str, None] = {}

    def cells(self, one: RankedRecord) -> list[str]:
        if not self._are_objects:
            return list(map(cell_text, record_fields(one).values()))
        data = one.record.data
        own = data if isinstance(data, Mapping) else {"document": data}
        self._unknown |= dict.fromkeys(own.keys() - self._known)
        values = {**own, self.score: one.relevance_score}
        return [cell_text(values.get(name)) for name in self.names]

    @property
    def left_out(self) -> str:
        """The names of columns left out, as a list in a message; "" for none."""
        names = sorted(self._unknown)
        more = ["…"] if len(names) > _MAX_NAMED else []
        return ", ".join([*names[:_MAX_NAMED], *more])


class _Echo:
    def write(self, text: str) -> str:
        """Return *text*, which the csv writer then returns."""
        return text


def _free_name(names: Container[str]) -> str:
    """Return the name of the score column, with a number if *names* have it."""
    numbered = (f"{SCORE}_{number}" for number in count(2))
    return next(name for name in chain([SCORE], numbered) if name not in names)


def _line(row: str) -> str:
    return row.removesuffix("\r\n") + "\n"


def _escaped(cell: str) -> str:
    for character, escape in _TAB_ESCAPES:
        cell = cell.replace(character, escape)
    return cell


def cell_text(value: Any) -> str:
    """Return *value* as the text of a cell: a string as it is, null as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else dumps(value)


def json_chunks(
    terminal: Terminal, ranked: Iterable[RankedRecord], style: RankingStyle
) -> Iterator[str]:
    """Yield the server's object in pieces, each of its results with its document.

    One line in a pipe, indented on a terminal. The results come last, so that each
    can be written as soon as it is read.
    """
    indent = 2 if terminal.shows_output else None
    gap = "\n    " if indent else " "
    results = {one.get("index"): one for one in style.response.get("results", ())}
    rest = {name: value for name, value in style.response.items() if name != "results"}
    head, _, tail = format_json(terminal, {**rest, "results": []}, indent).rpartition(
        "]"
    )
    yield head
    between, close = gap if indent else "", ""
    for one in ranked:
        result = {
            "index": one.index,
            **results.get(one.index, {}),
            "relevance_score": one.relevance_score,
            "document": one.record.data,
        }
        yield between + format_json(terminal, result, indent).replace("\n", "\n    ")
        between, close = f",{gap}", "\n  " if indent else ""
    yield f"{close}]{tail}\n"


def jsonl_lines(
    terminal: Terminal, ranked: Iterable[RankedRecord], _style: RankingStyle
) -> Iterator[str]:
    """Yield a JSON object for each record: index, score, source, line, document."""
    return (f"{format_json(terminal, record_fields(one))}\n" for one in ranked)


def record_fields(one: RankedRecord) -> dict[str, Any]:
    """Return index, score, source, line and document under their output names."""
    values = (
        one.index,
        one.relevance_score,
        valid_unicode(one.record.source),
        one.record.line,
        one.record.data,
    )
    return dict(zip(_FIELDS, values, strict=True))


# Characters of a document in a table cell.
_CELL_WIDTH = 200
# With a backslash before it, a mark of CommonMark, GFM or GitHub's math is text.
_CELL_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_[]<>|~&$"})


def markdown_lines(
    _: Terminal, ranked: Iterable[RankedRecord], style: RankingStyle
) -> Iterator[str]:
    """Yield the lines of a table: rank, score, source and an excerpt."""
    words = QueryWords(style.query)
    rows = iter(ranked)
    first = list(islice(rows, 1))
    if first or style.sample:
        yield "| rank | score | source | text |\n| ---: | ---: | --- | --- |\n"
    for rank, one in enumerate(chain(first, rows), 1):
        text = excerpt(one.record.data, words, _CELL_WIDTH)
        score = score_text(one.relevance_score)
        yield markdown_line((str(rank), score, location(one.record), text))


def markdown_line(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table in which the text of *cells* is literal."""
    return f"| {' | '.join(cell.translate(_CELL_ESCAPES) for cell in cells)} |\n"
