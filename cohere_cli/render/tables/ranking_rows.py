"""A ranking as rows: tab-separated for awk and cut, CSV for tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from cohere_cli.render.json import format_json
from cohere_cli.render.tables.excerpt import QueryWords, excerpt
from cohere_cli.render.tables.record import RankedRecord, location, score_text
from cohere_cli.terminal import Terminal

SCORE = "relevance_score"
"""The column that a ranking adds; one of that name is an older ranking's."""

_FIELDS = ("index", SCORE, "source", "line", "document")
_MEASURED = 1_000
_NO_COLUMN = f"left out, because none of the first {_MEASURED:,} records has them"
_MOST_NAMED = 5
# As PostgreSQL, Miller and jq's @tsv write them: nothing is lost, each row is a line.
_TAB_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))


def tsv_lines(ranked: Iterable[RankedRecord], *, header: bool) -> Iterator[str]:
    """Yield rank, score, source, line and document, between tabs.

    Tab, line end and backslash are written with a backslash; a document that is no
    text is JSON.
    """
    if header:
        yield "\t".join(("rank", *_FIELDS[1:])) + "\n"
    for rank, one in enumerate(ranked, 1):
        _, *values = record_fields(one).values()
        cells = (_escaped(_cell(value)) for value in (rank, *values))
        yield "\t".join(cells) + "\n"


def csv_lines(
    ranked: Iterable[RankedRecord], *, header: bool, say: Callable[[str], None]
) -> Iterator[str]:
    """Yield rows of CSV (RFC 4180): the records' own columns, then their score.

    The columns are those of the first 1,000 records; *say* gets a line about those
    that only later ones have. Where one of the 1,000 is a text, the columns are
    index, score, source, line and document. Lists and objects are JSON.
    """
    import csv

    rest = iter(ranked)
    measured = list(islice(rest, _MEASURED))
    sheet = _Sheet(measured)
    # The module quotes what holds a character of its line end, so it keeps its own.
    rows = csv.writer(_Echo(), lineterminator="\r\n")
    if header and measured:
        yield _line(rows.writerow(sheet.columns))
    for one in chain(measured, rest):
        yield _line(rows.writerow(sheet.cells(one)))
    if left_out := sheet.left_out:
        say(f"co: {_NO_COLUMN}: {left_out}; -o jsonl shows them")


class _Sheet:
    """Knows the columns, and what did not fit into them."""

    def __init__(self, measured: Sequence[RankedRecord]) -> None:
        documents = [one.record.data for one in measured]
        self._is_own = all(isinstance(data, Mapping) for data in documents)
        self.columns = _own_columns(documents) if self._is_own else _FIELDS
        self._known = frozenset(self.columns)
        self._odd: dict[str, None] = {}

    def cells(self, one: RankedRecord) -> list[str]:
        values = self._values(one)
        self._odd |= dict.fromkeys(values.keys() - self._known)
        return [_cell(values.get(column)) for column in self.columns]

    def _values(self, one: RankedRecord) -> dict[str, Any]:
        if not self._is_own:
            return record_fields(one)
        data = one.record.data
        own = data if isinstance(data, Mapping) else {"document": data}
        return {**own, SCORE: one.relevance_score}

    @property
    def left_out(self) -> str:
        """Names of columns that there were no cells for; empty where there are none."""
        names = sorted(self._odd)
        more = ["…"] if len(names) > _MOST_NAMED else []
        return ", ".join([*names[:_MOST_NAMED], *more])


class _Echo:
    def write(self, text: str) -> str:
        """Return *text*, as the writer then does."""
        return text


def _own_columns(documents: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    names = dict.fromkeys(name for data in documents for name in data)
    names.pop(SCORE, None)
    return (*names, SCORE)


def _line(row: str) -> str:
    return row.removesuffix("\r\n") + "\n"


def _escaped(cell: str) -> str:
    for character, escape in _TAB_ESCAPES:
        cell = cell.replace(character, escape)
    return cell


def _cell(value: Any) -> str:
    import json

    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def json_chunks(
    terminal: Terminal, ranked: Iterable[RankedRecord], response: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the server's object in pieces, each of its results with its document.

    One line in a pipe, indented on a terminal. The results come last, so that each
    can be written when it is there.
    """
    indent = 2 if terminal.shows_output else None
    gap = "\n    " if indent else " "
    told = {one.get("index"): one for one in response.get("results", ())}
    rest = {name: value for name, value in response.items() if name != "results"}
    empty = format_json(terminal, {**rest, "results": []}, indent)
    head, _, tail = empty.rpartition("]")
    yield head
    between, close = gap if indent else "", ""
    for one in ranked:
        result = _result(one, told.get(one.index, {}))
        yield between + format_json(terminal, result, indent).replace("\n", "\n    ")
        between, close = f",{gap}", "\n  " if indent else ""
    yield f"{close}]{tail}\n"


def jsonl_lines(terminal: Terminal, ranked: Iterable[RankedRecord]) -> Iterator[str]:
    """Yield a line for each record: what is known of it, and what it says."""
    return (f"{format_json(terminal, record_fields(one))}\n" for one in ranked)


def record_fields(one: RankedRecord) -> dict[str, Any]:
    """Return index, score, place and document under the names that all outputs use."""
    return {
        "index": one.index,
        "relevance_score": one.relevance_score,
        "source": one.record.source,
        "line": one.record.line,
        "document": one.record.data,
    }


def _result(one: RankedRecord, told: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what the server *told* of a record."""
    return {
        "index": one.index,
        **told,
        "relevance_score": one.relevance_score,
        "document": one.record.data,
    }


# Characters of a document: more makes a row that nobody reads.
_WIDEST = 200
# With a backslash before it, a mark of CommonMark, GFM or GitHub's math is text.
CELL_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_[]<>|~&$"})


def markdown_lines(ranked: Iterable[RankedRecord], query: str) -> Iterator[str]:
    """Yield the table's lines: rank, score, place, and what the document says."""
    words = QueryWords(query)
    for rank, one in enumerate(ranked, 1):
        if rank == 1:
            yield "| rank | score | source | text |\n| ---: | ---: | --- | --- |\n"
        place = location(one.record)
        text = excerpt(one.record.data, words, _WIDEST)
        cells = (str(rank), score_text(one.relevance_score), place, text)
        yield f"| {' | '.join(cell.translate(CELL_ESCAPES) for cell in cells)} |\n"
