"""The flags of `co rerank`."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from cohere_cli.options.call import CallFlags
from cohere_cli.options.panels import given_flag, model_flag, shown_flag

RankingFormat = Literal[
    "table", "text", "json", "jsonl", "tsv", "csv", "paths", "markdown"
]
RecordFormat = Literal[
    "auto", "lines", "jsonl", "json", "yaml", "csv", "tsv", "grep", "files"
]
LongRecords = Literal["split", "truncate", "refuse"]


def _sent_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about many requests: how large, how many at once, how often."""
    return typer.Option(*names, help=text, rich_help_panel="Many records", **more)


@dataclass(frozen=True, kw_only=True)
class RerankFlags(CallFlags):
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
    input: Annotated[
        RecordFormat,
        given_flag("--input", text="Format of what is read; files: one record a file."),
    ] = "auto"
    null: Annotated[
        bool,
        given_flag(
            "--null", "-0", text="Records, or names of files, end in NUL, in and out."
        ),
    ] = False
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
            text="Rank by this field of the records; may be repeated.",
        ),
    ] = None
    output: Annotated[
        RankingFormat | None,
        shown_flag(
            "--output",
            "-o",
            text="Format of the ranking.",
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
            text="What becomes of a record that is longer than the model reads.",
        ),
    ] = "split"
    priority: Annotated[
        int | None,
        model_flag(
            "--priority", metavar="N", min=0, max=999, text="0 is served first."
        ),
    ] = None
    batch_size: Annotated[
        int,
        _sent_flag(
            "--batch-size", metavar="N", min=1, max=10_000, text="Records in a request."
        ),
    ] = 1_000
    concurrency: Annotated[
        int,
        _sent_flag(
            "--concurrency", metavar="N", min=1, max=64, text="Requests at a time."
        ),
    ] = 4
    rate: Annotated[
        int | None,
        _sent_flag(
            "--rate",
            metavar="N",
            min=1,
            text="Requests a minute at most.",
            show_default="what the key allows",
        ),
    ] = None
    resume: Annotated[
        bool,
        _sent_flag(
            "--resume", text="Send only what an interrupted run has not brought."
        ),
    ] = False
    yes: Annotated[
        bool, _sent_flag("--yes", "-y", text="Do not ask before many requests.")
    ] = False
