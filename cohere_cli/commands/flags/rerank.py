"""The flags of `co rerank`, and those shared by all commands that rank records."""

from typing import Annotated, ClassVar, Literal

from cohere_cli.api.connection import RERANK_PATH
from cohere_cli.commands.flags.base import (
    ONE_CALL,
    SETTING,
    USE_OUTPUT,
    DefaultedFlags,
    PagerFlags,
    call_flag,
    given_flag,
    model_flag,
    sent_flag,
    shown_flag,
)
from cohere_cli.commands.flags.records import BatchFlags, RecordFlags, SeparatedFlags
from cohere_cli.errors import UsageProblem
from cohere_cli.record import value_class

LongRecords = Literal["split", "truncate", "refuse"]
RankingFormat = Literal[
    "table", "full", "text", "json", "jsonl", "tsv", "csv", "paths", "markdown"
]
"""The keys of `FORMATS` of `render.tables.ranking`, which takes longer to import."""


@value_class
class RankedFlags(DefaultedFlags):
    """Flags of how records are ranked."""

    field: Annotated[
        list[str] | None,
        given_flag(
            "--field",
            metavar="NAME",
            is_common=True,
            text="Rank by this field of the records. Repeatable.",
        ),
    ] = None
    max_tokens_per_doc: Annotated[
        int | None,
        given_flag(
            "--max-tokens-per-doc",
            metavar="N",
            min=1,
            text="Tokens that the model reads of a document.",
            show_default="the API's: 4096",
        ),
    ] = None
    long: Annotated[
        LongRecords,
        given_flag(
            "--long",
            metavar="WORD",
            text="Records longer than the model's limit: split, truncate or refuse.",
        ),
    ] = "split"
    batch_size: Annotated[
        int,
        sent_flag(
            "--batch-size", metavar="N", min=1, max=10_000, text="Records per request."
        ),
    ] = 1_000
    rerank_path: Annotated[
        str | None,
        call_flag(
            "--rerank-path",
            metavar="PATH",
            text="The endpoint of other servers: /v1/rerank or /rerank.",
            show_default="the profile's, else /v2/rerank",
        ),
    ] = None


@value_class
class RankingFlags(RecordFlags, RankedFlags, BatchFlags, PagerFlags):
    """The flags of every command that ranks records."""


@value_class
class RerankFlags(SeparatedFlags, RankingFlags):
    """The flags of `co rerank`."""

    command: ClassVar = "rerank"
    query: Annotated[
        str | None,
        given_flag(
            "--query",
            "-q",
            metavar="TEXT",
            text_file=True,
            is_common=True,
            text="The query; @FILE reads it from a file.",
            no_default=ONE_CALL,
        ),
    ] = None
    top_n: Annotated[
        int | None,
        shown_flag(
            "--top-n",
            "-n",
            metavar="N",
            min=0,
            is_common=True,
            text="Keep the best N; 0 keeps all.",
        ),
    ] = None
    min_score: Annotated[
        float | None,
        shown_flag(
            "--min-score",
            metavar="SCORE",
            is_common=True,
            text="Keep records with at least this score.",
        ),
    ] = None
    output: Annotated[
        RankingFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="table, full, text, json, jsonl, tsv, csv, paths or markdown.",
            show_default="table on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[
        bool, shown_flag("--json", text="Short for -o json.", no_default=USE_OUTPUT)
    ] = False
    exit_status: Annotated[
        bool,
        shown_flag("--exit-status", text="Exit with 9 if no record is written."),
    ] = False
    scores: Annotated[
        bool,
        shown_flag(
            "--scores/--no-scores",
            is_common=True,
            text="Print the score before each record.",
        ),
    ] = False
    model: Annotated[
        str | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            is_common=True,
            text="Name of the model.",
            no_default=SETTING.format("rerank_model"),
            show_default="the profile's",
        ),
    ] = None
    priority: Annotated[
        int | None,
        call_flag(
            "--priority",
            metavar="N",
            min=0,
            max=999,
            text="Priority; 0 is served first.",
        ),
    ] = None


def check_min_score(least: float | None, rerank_path: str) -> None:
    """Raise `UsageProblem` for a score that no record can reach.

    Servers with a path of their own may return scores of any range.
    """
    if least is None or rerank_path != RERANK_PATH or 0 <= least <= 1:
        return
    hint = "0 is unrelated and 1 is the most relevant"
    raise UsageProblem(f"--min-score {least:g} is not between 0 and 1", hint=hint)
