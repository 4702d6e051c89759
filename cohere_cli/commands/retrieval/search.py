"""`co search`: finds the passages of files that answer a query, best first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call import replies
from cohere_cli.commands.call.prompt import read_argument, require_text
from cohere_cli.commands.call.session import (
    call_budget,
    naming_models,
    presented,
    resolve_endpoint,
)
from cohere_cli.commands.flags.search import SearchFlags
from cohere_cli.commands.retrieval.finder import (
    PassageFinder,
    compiled,
    open_rerank_client,
    require_paths,
    require_words,
    rerank_settings,
)
from cohere_cli.errors import NotAuthenticated, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.render.tables.passage import RankedPassage
    from cohere_cli.retrieval.query import QueryTerms
    from cohere_cli.retrieval.search import Candidate

HERE = "."
"""Where is searched if no path is named."""


def search(
    flags: SearchFlags,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="What to find; @FILE reads it from a file."
        ),
    ],
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Files, folders or patterns; without any, here."
        ),
    ] = None,
) -> None:
    """Find the passages of your files that answer a query.

    A full-text index finds candidates, a rerank model orders them. In a pipe each
    passage is a line `path:line:text`.

    $ co search "where are retries decided"

    $ co search "read_timeout" . -g '*.py' --lexical    # no key, no network

    $ co search "parental leave" examples/handbook -o paths | xargs wc -l
    """
    with presented(flags) as terminal:
        run(query, tuple(paths or (HERE,)), flags, terminal)


def run(
    query: str, paths: Sequence[str], flags: SearchFlags, terminal: Terminal
) -> None:
    """Find the passages, order them, and write the best to *terminal*."""
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    require_paths(query, paths, "search")
    require_text("the query", query)
    query = read_argument(query, terminal)
    require_words(query, '`co search "some words"`')
    if flags.lexical and replies.is_preview(flags):
        hint = "leave out --lexical, or the flag that shows the request"
        raise UsageProblem("with --lexical there is no request to show", hint=hint)
    compiled(flags.regexp)
    finder = PassageFinder(query, paths, flags, terminal)
    found = _lexical(finder) if flags.lexical else _reranked(finder, flags)
    if found is None:
        return
    best = finder.best(found, flags.passages)
    _write(best, finder, flags)
    _note_copies(best, finder, flags)
    if flags.explain:
        finder.explanation.report(terminal)
    if best:
        return
    problem = finder.nothing_found()
    if flags.exit_status:
        raise problem
    terminal.note(f"co: {problem}")
    terminal.note(f"hint: {problem.hint}")


def _lexical(finder: PassageFinder) -> "list[Candidate]":
    return finder.candidates()


def _reranked(finder: PassageFinder, flags: SearchFlags) -> "list[Candidate] | None":
    """Return the candidates in the model's order; None if the request was shown."""
    from cohere_cli.render.waiting import waiting_line
    from cohere_cli.retrieval.relevance import rerank_body

    terminal = finder.terminal
    # A missing key is reported before a folder is read.
    try:
        settings = rerank_settings(flags, flags.model, terminal)
    except NotAuthenticated as exc:
        exc.hint = f"{exc.hint}; --lexical needs none"
        raise
    model = flags.model or settings.rerank_model
    candidates = finder.candidates()
    if not candidates:
        return []
    if replies.is_preview(flags):
        body = rerank_body(finder.query, candidates, model)
        url = f"{settings.base_url}{settings.rerank_path}"
        replies.preview(body, flags, terminal, url=url)
        return None
    if budget := call_budget(flags, settings, terminal):
        budget.require_search(model, len(candidates))
    with (
        resolve_endpoint(settings, terminal) as connection,
        open_rerank_client(settings, connection, terminal) as client,
        waiting_line(terminal),
        naming_models(model, "rerank"),
    ):
        return finder.ranked(candidates, model, client, budget)


def _with_copies(
    best: "Sequence[Candidate]", finder: PassageFinder
) -> "list[Candidate]":
    """Return *best*, each followed by those that have the same words."""
    copies = finder.copies
    return [one for each in best for one in (each, *copies.get(each.document.id, ()))]


def _note_copies(
    best: "Sequence[Candidate]", finder: PassageFinder, flags: SearchFlags
) -> None:
    """Note how many passages have the words of one that is shown, elsewhere."""
    left_out = len(_with_copies(best, finder)) - len(best)
    if left_out and flags.output != "paths":
        copies = plural(left_out, "passage")
        what = f"{copies} with the same words as one above left out"
        finder.terminal.note(f"co: {what}; -o paths has their files")


def _write(
    best: "Sequence[Candidate]", finder: PassageFinder, flags: SearchFlags
) -> None:
    from cohere_cli.render.tables.passages import PassageStyle, write_passages
    from cohere_cli.retrieval.query import query_terms

    style = PassageStyle(finder.query, flags.context, flags.null)
    if flags.output == "paths":
        best = _with_copies(best, finder)
    terms = query_terms(finder.query)
    passages = [_passage(one, terms, flags) for one in best]
    write_passages(finder.terminal, flags.output, passages, style)


def _passage(
    one: "Candidate", terms: "QueryTerms", flags: SearchFlags
) -> "RankedPassage":
    from cohere_cli.render.tables.passage import RankedPassage
    from cohere_cli.retrieval.best_line import best_line

    is_reranked = not flags.lexical
    passage = RankedPassage(
        one.document, one.first, one.last, 0, one.score, is_reranked
    )
    return passage._replace(at=best_line(terms, passage.text))
