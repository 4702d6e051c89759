"""The flags of `co rerank`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.options.panels import given_flag, model_flag, shown_flag
from cohere_cli.options.ranking import RankingFlags

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
