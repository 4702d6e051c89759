"""Flags that `co search` and `co ask` share: which passages are found, and how."""

from typing import Annotated

from cohere_cli.api.protocol.models import RERANK_DOCUMENTS
from cohere_cli.commands.flags.base import (
    ONE_CALL,
    DefaultedFlags,
    PagerFlags,
    call_flag,
    given_flag,
    model_flag,
    shown_flag,
)
from cohere_cli.record import value_class


@value_class
class RetrievalFlags(DefaultedFlags, PagerFlags):
    """The flags of every command that finds passages in files."""

    glob: Annotated[
        list[str] | None,
        given_flag(
            "--glob",
            "-g",
            metavar="GLOB",
            is_common=True,
            text="Only files that match, or whose folder does: '*.md', docs, '!tests'. "
            "Repeatable.",
        ),
    ] = None
    regexp: Annotated[
        str | None,
        given_flag(
            "--regexp",
            "-e",
            metavar="REGEXP",
            is_common=True,
            text="Only passages in which this regular expression matches.",
            no_default=ONE_CALL,
        ),
    ] = None
    no_cache: Annotated[
        bool,
        given_flag(
            "--no-cache",
            text="Index the files in memory; neither read nor write the cache.",
        ),
    ] = False
    candidates: Annotated[
        int,
        model_flag(
            "--candidates",
            metavar="N",
            min=1,
            max=RERANK_DOCUMENTS,
            text="Passages that the full-text search hands to the rerank model.",
        ),
    ] = 200
    lexical: Annotated[
        bool,
        model_flag(
            "--lexical",
            is_common=True,
            text="Order by words alone (BM25); no rerank model.",
        ),
    ] = False
    per_file: Annotated[
        int | None,
        shown_flag(
            "--per-file",
            metavar="N",
            min=1,
            text="At most N passages of a file.",
        ),
    ] = None
    min_score: Annotated[
        float | None,
        shown_flag(
            "--min-score",
            metavar="SCORE",
            text="Only passages with at least this score; with --lexical, BM25's.",
        ),
    ] = None
    explain: Annotated[
        bool,
        shown_flag(
            "--explain",
            text="Report files, passages, candidates, tokens, cost and times.",
        ),
    ] = False
    rerank_path: Annotated[
        str | None,
        call_flag(
            "--rerank-path",
            metavar="PATH",
            text="The endpoint of other servers: /v1/rerank or /rerank.",
            show_default="the profile's, else /v2/rerank",
        ),
    ] = None
