"""The outputs of rerank: the records best first, or what is known of them."""

from collections.abc import Callable, Sequence

from cohere_cli.api.rerank import Ranking
from cohere_cli.errors import UsageProblem
from cohere_cli.render.ranked_record import Record
from cohere_cli.render.records import json_text, write_object
from cohere_cli.terminal import Terminal

OUTPUTS = ("table", "text", "json", "jsonl")
"""The formats of a ranking."""


Show = Callable[[Ranking, Sequence[Record]], None]
"""Writes a ranking of records; its indexes are places in that sequence."""


def choose_ranking(terminal: Terminal, output: str | None) -> Show:
    """Return what writes a ranking as *output*, one of `OUTPUTS`.

    None: a table on a terminal, the records themselves in a pipe. Raises
    `UsageProblem` for an unknown format.
    """
    match output or ("table" if terminal.shows_output else "text"):
        case "table":
            return lambda ranking, records: _table(terminal, ranking, records)
        case "text":
            return lambda ranking, records: _text(terminal, ranking, records)
        case "json":
            return lambda ranking, records: _json(terminal, ranking, records)
        case "jsonl":
            return lambda ranking, records: _jsonl(terminal, ranking, records)
        case unknown:
            raise UsageProblem(
                f"there is no output format {unknown!r}",
                hint=f"choose one of {', '.join(OUTPUTS)}",
            )


def _table(terminal: Terminal, ranking: Ranking, records: Sequence[Record]) -> None:
    # Rich costs 60 ms to import.
    from cohere_cli.render.table import table_lines

    for line in table_lines(terminal, ranking, records):
        terminal.draw(f"{line}\n")


def _text(terminal: Terminal, ranking: Ranking, records: Sequence[Record]) -> None:
    for ranked in ranking.results:
        line = records[ranked.index].raw + b"\n"
        if terminal.shows_output:
            terminal.write(line.decode(errors="replace"))
        else:
            terminal.write_bytes(line)


def _json(terminal: Terminal, ranking: Ranking, records: Sequence[Record]) -> None:
    """Write the server's object, each of its results with its document."""
    told = {one.get("index"): one for one in ranking.response.get("results", ())}
    results = [
        {
            **told.get(ranked.index, {"index": ranked.index}),
            "relevance_score": ranked.relevance_score,
            "document": records[ranked.index].data,
        }
        for ranked in ranking.results
    ]
    write_object(terminal, {**ranking.response, "results": results})


def _jsonl(terminal: Terminal, ranking: Ranking, records: Sequence[Record]) -> None:
    for ranked in ranking.results:
        record = records[ranked.index]
        line = {
            "index": ranked.index,
            "relevance_score": ranked.relevance_score,
            "source": record.source,
            "line": record.line,
            "document": record.data,
        }
        terminal.write(f"{json_text(terminal, line)}\n")
