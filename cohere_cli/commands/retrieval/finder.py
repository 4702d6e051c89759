"""Finds the passages of files that answer a query: full text, then rerank."""

import os
import re
import shlex
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cohere_cli.commands.call.session import open_client_of, resolve_settings
from cohere_cli.commands.flags.rerank import check_min_score
from cohere_cli.commands.retrieval.explanation import Explanation
from cohere_cli.documents.document import own_id
from cohere_cli.errors import (
    CoError,
    ConfigProblem,
    InputProblem,
    NothingFound,
    UsageProblem,
)
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, compiled_pattern, is_file, is_folder, shown_source

if TYPE_CHECKING:
    from pathlib import Path

    from cohere_cli.api.client import Client
    from cohere_cli.api.connection import Connection
    from cohere_cli.commands.flags.retrieval import RetrievalFlags
    from cohere_cli.config.settings import Settings
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.retrieval.search import Candidate

_WITHOUT_RERANK = "--lexical orders the passages by words alone"


@dataclass(frozen=True, slots=True)
class PassageFinder:
    """Finds passages for *query* in *paths*, as *flags* want; fills the explanation."""

    query: str
    paths: Sequence[str]
    flags: "RetrievalFlags"
    terminal: Terminal
    explanation: Explanation = field(default_factory=Explanation)
    copies: "dict[str, list[Candidate]]" = field(default_factory=dict)
    """By the id of a candidate: those that have its words, in other places."""

    def candidates(self) -> "list[Candidate]":
        """Return the passages that the full-text search finds, best first.

        Of those that have the same words only the best is a candidate; `copies` has
        the others.
        """
        from cohere_cli.render.waiting import working_line
        from cohere_cli.retrieval.passages import grouped
        from cohere_cli.retrieval.search import find_passages

        flags, terminal = self.flags, self.terminal
        with working_line(terminal, "reading files"):
            found = find_passages(
                self.query,
                self.paths,
                limit=flags.candidates,
                matching=compiled(flags.regexp),
                globs=flags.glob or (),
                cache=self._cache(),
                notify=lambda line: terminal.note(f"co: {line}"),
                detail=lambda line: terminal.detail(f"co: {line}"),
            )
        groups = grouped(map(_placed, found.candidates))
        kept = [best for best, *_ in groups]
        self.copies.update({best.document.id: copies for best, *copies in groups})
        self.explanation.counts = found.counts
        self.explanation.candidates = len(kept)
        self.explanation.repeated = len(found.candidates) - len(kept)
        return kept

    def ranked(
        self,
        candidates: "list[Candidate]",
        model: str,
        client: "Client",
        budget: "Budget | None" = None,
    ) -> "list[Candidate]":
        """Return *candidates* in the order of the rerank model, with its scores."""
        from cohere_cli.retrieval.relevance import rerank_body, reranked

        if not candidates:
            return candidates
        began = time.monotonic()
        body = rerank_body(self.query, candidates, model)
        send = budget.limited_rerank(client.rerank) if budget else client.rerank
        with _hinting_at_lexical():
            ranking = send(body)
        self.explanation.seconds_rerank = time.monotonic() - began
        self.explanation.search_units = ranking.search_units
        self.explanation.model = model
        return reranked(candidates, ranking)

    def best(
        self, ranked: "list[Candidate]", most: int, *, has_scores: bool = True
    ) -> "list[Candidate]":
        """Return the best of *ranked* that the flags admit, neighbours joined.

        At most *most* candidates are taken; joined, there may be fewer passages.
        Without scores of the model that is asked for, --min-score admits all.
        """
        from cohere_cli.retrieval.passages import joined

        least = self.flags.min_score if has_scores else None
        per_file = self.flags.per_file
        admitted = [one for one in ranked if least is None or one.score >= least]
        if ranked and not admitted:
            self.explanation.best_score = ranked[0].score
        if per_file:
            admitted = list(_limited(admitted, per_file))
        return joined(admitted[:most])

    def nothing_found(self) -> NothingFound:
        """Return the error for a search without a passage to show."""
        places = ", ".join(shown_source(path) for path in self.paths)
        what, hint = self._reason()
        return NothingFound(what, where=places, hint=hint)

    def _reason(self) -> tuple[str, str]:
        """Return why there is no passage, and what to do."""
        flags, counts = self.flags, self.explanation.counts
        if (best := self.explanation.best_score) is not None:
            what = f"no passage scores {flags.min_score:.10g} or more"
            return what, f"the best one scores {best:.10g}: lower --min-score"
        if flags.glob and not (counts and counts.files):
            return "no file with text matches -g", "quote globs: -g '*.md' -g '!tests'"
        what = "no passage has a word of the query"
        hint = "use words that the files have, or name other files; --explain counts"
        if flags.regexp:
            return f"{what} and matches -e", hint
        return what, hint

    def _cache(self) -> "Path | None":
        """Return the folder of index files, None for a user without a home."""
        from cohere_cli.config.paths import index_directory

        environ = self.terminal.environ
        try:
            return None if self.flags.no_cache else index_directory(environ)
        except ConfigProblem:
            if environ.get("CO_CACHE_DIR"):
                raise
            return None


def require_words(query: str, example: str) -> None:
    """Raise `UsageProblem` for a query that has no word; *example* is one that has."""
    from cohere_cli.retrieval.query import query_terms

    if not query_terms(query):
        what = "has no word to search for" if query.strip() else "is blank"
        raise UsageProblem(f"the query {what}", hint=example)


def _placed(candidate: "Candidate") -> "Candidate":
    """Return *candidate* with its file and lines for an id, not a record's own."""
    document = candidate.document
    if own_id(document.data) != document.id:
        return candidate
    lines = f"{candidate.first}"
    if candidate.last > candidate.first:
        lines = f"{lines}-{candidate.last}"
    id_ = f"{shown_source(document.source)}:{lines}"
    return candidate._replace(document=document._replace(id=id_))


def require_paths(query: str, paths: Sequence[str], command: str) -> None:
    """Check *paths* before a key is asked for or a folder is read.

    Raises `UsageProblem` for standard input, which has no file to index, and
    `InputProblem` for a file that cannot be opened, which may be a word of the query.
    """
    if STDIN in (query, *paths):
        hint = "`co rerank -q QUERY` ranks lines that are piped in"
        raise UsageProblem("files are searched, not standard input (-)", hint=hint)
    problems = [problem for path in paths if (problem := _path_problem(path))]
    if not problems:
        return
    first = problems[0]
    if is_file(query) or is_folder(query):
        shown = shlex.quote(query)
        first.hint = f"the query comes first: `co {command} QUERY {shown}`"
    elif " " not in query and (len(problems) > 1 or not first.hint.startswith("did")):
        first.hint = f"put a query of several words in quotes; {first.hint}"
    raise first


def _path_problem(path: str) -> InputProblem | None:
    from cohere_cli.documents.open_file import open_regular_file
    from cohere_cli.documents.walk.folders import parse_search

    # A question with its mark is a pattern, too.
    is_sentence = " " in path and not os.path.lexists(path)
    try:
        if is_sentence or parse_search(path) is None:
            open_regular_file(path).close()
    except InputProblem as exc:
        return exc
    return None


def rerank_settings(
    flags: "RetrievalFlags", model: str | None, terminal: Terminal
) -> "Settings":
    """Return the settings for the rerank request."""
    settings = resolve_settings(
        flags, terminal, model=model, rerank=True, rerank_path=flags.rerank_path
    )
    check_min_score(flags.min_score, settings.rerank_path)
    return settings


@contextmanager
def open_rerank_client(
    settings: "Settings", connection: "Connection", terminal: Terminal
) -> "Iterator[Client]":
    """Open a client on *connection*, for the one rerank request."""
    rerank = replace(connection, rerank_path=settings.rerank_path)
    with open_client_of(rerank, terminal) as client:
        yield client


def compiled(regexp: str | None) -> re.Pattern[str] | None:
    """Return the pattern of -e; raises `UsageProblem` for an invalid one."""
    if regexp is None:
        return None
    try:
        return compiled_pattern(regexp, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as exc:
        hint = r"quote special characters with a backslash: -e 'retry\('"
        raise UsageProblem(f"-e {regexp!r}: {exc}", hint=hint) from exc


def _limited(candidates: "Sequence[Candidate]", most: int) -> "Iterator[Candidate]":
    """Yield at most *most* candidates of each file."""
    used = Counter[str]()
    for one in candidates:
        used[one.document.source] += 1
        if used[one.document.source] <= most:
            yield one


@contextmanager
def _hinting_at_lexical() -> Iterator[None]:
    """Hint at the search without a rerank model where that fails, in whatever way."""
    try:
        yield
    except CoError as exc:
        exc.hint = f"{exc.hint}; {_WITHOUT_RERANK}" if exc.hint else _WITHOUT_RERANK
        raise
