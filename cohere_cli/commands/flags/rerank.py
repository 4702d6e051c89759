"""The flags of every command that has records ranked."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.commands.flags.base import (
    CallFlags,
    call_flag,
    given_flag,
    model_flag,
    sent_flag,
    shown_flag,
)
from cohere_cli.documents.formats import FORMATS, InputFormat

LongRecords = Literal["split", "truncate", "refuse"]


@dataclass(frozen=True, kw_only=True)
class RankingFlags(CallFlags):
    """What every command that has records ranked takes."""

    input: Annotated[
        InputFormat,
        given_flag(
            "--input",
            metavar="FORMAT",
            text=f"{', '.join(FORMATS)}, or files: one record a file.",
        ),
    ] = "auto"
    records: Annotated[
        str | None,
        given_flag(
            "--records",
            metavar="PATH",
            text="Where the records stand in a JSON object: data.items",
        ),
    ] = None
    field: Annotated[
        list[str] | None,
        given_flag(
            "--field",
            metavar="NAME",
            text="Rank by this field of the records. Repeatable.",
        ),
    ] = None
    max_tokens_per_doc: Annotated[
        int | None,
        model_flag(
            "--max-tokens-per-doc",
            metavar="N",
            min=1,
            text="Tokens of a document that are read.",
            show_default="the API's: 4096",
        ),
    ] = None
    long: Annotated[
        LongRecords,
        model_flag(
            "--long",
            metavar="WORD",
            text="A record longer than the model reads: split, truncate or refuse it.",
        ),
    ] = "split"
    batch_size: Annotated[
        int,
        sent_flag(
            "--batch-size", metavar="N", min=1, max=10_000, text="Records in a request."
        ),
    ] = 1_000
    concurrency: Annotated[
        int | None,
        sent_flag(
            "--concurrency",
            metavar="N",
            min=1,
            max=64,
            text="Requests at a time.",
            show_default="the profile's: 4",
        ),
    ] = None
    rate: Annotated[
        int | None,
        sent_flag(
            "--rate",
            metavar="N",
            min=1,
            text="Requests a minute at most.",
            show_default="the profile's: what the key allows",
        ),
    ] = None
    resume: Annotated[
        bool,
        sent_flag("--resume", text="Send only what an unfinished run has not brought."),
    ] = False
    yes: Annotated[
        bool, sent_flag("--yes", "-y", text="Do not ask before many requests.")
    ] = False
    rerank_path: Annotated[
        str | None,
        call_flag(
            "--rerank-path",
            metavar="PATH",
            text="Where other servers rank: /v1/rerank or /rerank.",
            show_default="the profile's, else /v2/rerank",
        ),
    ] = None


RankingFormat = Literal[
    "table", "text", "json", "jsonl", "tsv", "csv", "paths", "markdown"
]


@dataclass(frozen=True, kw_only=True)
class RerankFlags(RankingFlags):
    """What `co rerank` takes."""

    query: Annotated[
        str | None,
        given_flag(
            "--query", "-q", metavar="TEXT", text="What to look for; @FILE reads it."
        ),
    ] = None
    top_n: Annotated[
        int | None,
        given_flag(
            "--top-n", "-n", metavar="N", min=0, text="Keep the best N; 0 is all."
        ),
    ] = None
    min_score: Annotated[
        float | None,
        given_flag(
            "--min-score", metavar="SCORE", text="Keep records of this score or more."
        ),
    ] = None
    null: Annotated[
        bool,
        given_flag(
            "--null", "-0", text="Records, or names of files, end in NUL, in and out."
        ),
    ] = False
    output: Annotated[
        RankingFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            text="table, text, json, jsonl, tsv, csv, paths or markdown.",
            show_default="table on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False
    scores: Annotated[
        bool,
        shown_flag("--scores/--no-scores", text="Put its score before each record."),
    ] = False
    model: Annotated[
        str | None,
        model_flag(
            "--model", "-m", metavar="NAME", text="Model.", show_default="the profile's"
        ),
    ] = None
    priority: Annotated[
        int | None,
        model_flag(
            "--priority", metavar="N", min=0, max=999, text="0 is served first."
        ),
    ] = None
