"""The flags of every command that has records ranked."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.options.call import CallFlags
from cohere_cli.options.panels import call_flag, given_flag, model_flag, sent_flag

RecordFormat = Literal[
    "auto", "lines", "jsonl", "json", "yaml", "csv", "tsv", "grep", "files"
]
LongRecords = Literal["split", "truncate", "refuse"]


@dataclass(frozen=True, kw_only=True)
class RankingFlags(CallFlags):
    """What every command that has records ranked takes."""

    input: Annotated[
        RecordFormat,
        given_flag(
            "--input",
            metavar="FORMAT",
            text="lines, jsonl, json, yaml, csv, tsv, grep, or files: one record a "
            "file.",
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
