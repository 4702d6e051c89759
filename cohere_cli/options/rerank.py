"""The flags of `co rerank`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.options.call import CallFlags
from cohere_cli.options.panels import given_flag, model_flag, shown_flag

RankingFormat = Literal["table", "text", "json", "jsonl"]
RecordFormat = Literal["auto", "lines", "jsonl", "json", "yaml", "csv", "tsv"]


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
    input: Annotated[
        RecordFormat,
        given_flag("--input", text="Format of what is read."),
    ] = "auto"
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
        ),
    ] = None
    priority: Annotated[
        int | None,
        model_flag(
            "--priority", metavar="N", min=0, max=999, text="0 is served first."
        ),
    ] = None
