"""`co rerank`: records in, the same records out, the most relevant first."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands import preview
from cohere_cli.commands.asking import STDIN
from cohere_cli.commands.connected import connected, settled
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.options.rerank import RerankFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document

MOST_DOCUMENTS = 10_000
"""Documents in one request: the API refuses more."""


def rerank(
    flags: RerankFlags,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="Files, folders or patterns; without any, standard input.",
        ),
    ] = None,
) -> None:
    """Rank records by a query: lines of text, or records of JSON, YAML, CSV.

    In a pipe the original records come out, best first, byte for byte.

    co rerank -q "capital of the United States" capitals.txt --top-n 3

    rg -n timeout | co rerank -q "where are retries decided" -n 5
    """
    run(tuple(files or ()), flags, Terminal.system())


def run(files: tuple[str, ...], flags: RerankFlags, terminal: Terminal) -> None:
    """Read the records, have them ranked, and show the ranking on *terminal*."""
    from cohere_cli.compose.rerank import rerank_body
    from cohere_cli.render.ranking import choose_ranking

    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    query = _query_of(flags, terminal)
    sources = files or _standard_input(terminal)
    settings = settled(flags, terminal, model=None)
    records = _records(sources, flags, terminal)
    body = rerank_body(
        query,
        records,
        model=flags.model or settings.rerank_model,
        top_n=flags.top_n,
        max_tokens_per_doc=flags.max_tokens_per_doc,
        priority=flags.priority,
    )
    if preview.is_asked(flags):
        url = f"{settings.base_url}/v2/rerank"
        preview.preview(body, flags, terminal, url=url)
        return
    with connected(settings, terminal) as client:
        ranking = client.rerank(body)
    show = choose_ranking(terminal, "json" if flags.json else flags.output)
    show(ranking, records)


def _records(
    sources: tuple[str, ...], flags: RerankFlags, terminal: Terminal
) -> "tuple[Document, ...]":
    from cohere_cli.documents.readers import read_records

    def tell(line: str) -> None:
        terminal.note(f"co: {line}")

    stdin = terminal.stdin.buffer
    records = tuple(read_records(sources, stdin, flags.input, tell=tell))
    if not records:
        names = ", ".join("stdin" if name == STDIN else name for name in sources)
        raise InputProblem("there are no records to rank", where=names)
    if len(records) > MOST_DOCUMENTS:
        said = f"{len(records):,} records, but a request takes {MOST_DOCUMENTS:,}"
        raise InputProblem(said, hint="split the input")
    return records


def _query_of(flags: RerankFlags, terminal: Terminal) -> str:
    if flags.query is None:
        raise UsageProblem("there is no query", hint="say what to look for with -q")
    if not flags.query.startswith("@"):
        return flags.query
    from cohere_cli.documents.readers import read_text

    return read_text(flags.query[1:], terminal.stdin.buffer).strip()


def _standard_input(terminal: Terminal) -> tuple[str]:
    if not terminal.has_piped_input:
        hint = "name files, or pipe records in"
        raise UsageProblem("there are no records to rank", hint=hint)
    return (STDIN,)
