"""Runs: a model's rankings by query, also those of TREC's files."""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from cohere_cli.errors import InputProblem
from cohere_cli.ranking.evaluation.judgements import line_error
from cohere_cli.text import shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document

ScoredIds = Sequence[tuple[str, float]]
"""A ranking: ids and scores of documents, best first."""

Run = Mapping[str, ScoredIds]
"""A model's rankings, by query id."""


def in_trec_order(scored: ScoredIds) -> list[tuple[str, float]]:
    """Sort a ranking by score; of equal scores, the last id in the alphabet is first.

    trec_eval (https://github.com/usnistgov/trec_eval) does so, whatever the order of
    the ranking, and with scores in 32 bits.
    """
    keys = zip(_as_float32(scored), (document for document, _ in scored), strict=True)
    order = sorted(zip(keys, scored, strict=True), reverse=True)
    return [pair for _, pair in order]


def share_of_ties(run: Run) -> float:
    """Return the share of ranked documents with the score of another of their query."""
    counts = [Counter(_as_float32(scored)) for scored in run.values()]
    tied = sum(count for each in counts for count in each.values() if count > 1)
    return tied / (sum(map(len, run.values())) or 1)


def _as_float32(scored: ScoredIds) -> Sequence[float]:
    return array("f", [score for _, score in scored])


def without_self(run: Run) -> Run:
    """Return *run* without the documents that have the id of their query."""
    return {
        query: [pair for pair in scored if pair[0] != query]
        for query, scored in run.items()
    }


_HINT = "write `QUERY-ID Q0 DOCUMENT-ID RANK SCORE TAG` as TREC does"


def read_runs(
    files: "Mapping[str, Iterable[Document]]", taken: Collection[str] = ()
) -> dict[str, Run]:
    """Return the runs in the lines of *files*, by their tags.

    A tag that comes twice, or that is one of the names *taken*, is replaced by the
    file's name. Raises `InputProblem`, also for a file without a ranking.
    """
    runs: dict[str, Run] = {}
    for file, lines in files.items():
        found = parse_runs(lines)
        if not found:
            where, hint = (
                shown_source(file),
                "write one record per line: QUERY-ID Q0 RECORD-ID RANK SCORE TAG",
            )
            raise InputProblem("there are no rankings", where=where, hint=hint)
        for tag, run in found.items():
            names = (tag, shown_source(file), f"{tag} ({shown_source(file)})")
            free = (name for name in names if name not in ("", *taken, *runs))
            runs[next(free)] = run
    return runs


def parse_runs(lines: "Iterable[Document]") -> dict[str, Run]:
    """Return the runs in *lines*, as of trec_eval, by their tags.

    The ranks are ignored, as by trec_eval: the scores order a ranking. Raises
    `InputProblem`, also for a document that a query ranks twice.
    """
    runs: dict[str, dict[str, dict[str, float]]] = {}
    for line in lines:
        tag, query, document, score = _cells(line)
        ranking = runs.setdefault(tag, {}).setdefault(query, {})
        if document in ranking:
            what = f"document {document!r} is ranked twice for query {query!r}"
            raise line_error(line, what, hint="keep one of the two lines")
        ranking[document] = score
    return {
        tag: {query: [*ranking.items()] for query, ranking in run.items()}
        for tag, run in runs.items()
    }


def _cells(line: "Document") -> tuple[str, str, str, float]:
    match str(line.data).split():
        case [query, _, document, _, score, *tag] if len(tag) <= 1:
            return "".join(tag), query, document, _score(line, score)
        case fields:
            what = f"a ranked document has 6 fields, not {len(fields)}"
            raise line_error(line, what, hint=_HINT)


def _score(line: "Document", text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = float("nan")
    if isfinite(score):
        return score
    raise line_error(line, f"{text[:40]!r} is not a score", hint=_HINT)


def check_trec_ids(ids: Iterable[tuple[str, str]]) -> None:
    """Raise `InputProblem` for an id with a space, which separates a run's fields.

    *ids* are pairs of an id and where it stands, for the message.
    """
    for id_, where in ids:
        if re.search(r"\s", id_):
            what = f"the id {id_!r} has a space, which a TREC run cannot hold"
            hint = "give each query and record an id without spaces"
            raise InputProblem(what, where=where, hint=hint)
