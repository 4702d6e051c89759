"""The flags of `co lab`."""

from typing import Annotated, ClassVar, Literal

from cohere_cli.commands.flags.base import (
    ONE_CALL,
    SENDS_NOTHING,
    USE_OUTPUT,
    given_flag,
    model_flag,
    shown_flag,
)
from cohere_cli.commands.flags.rerank import RankingFlags
from cohere_cli.record import value_class

ComparisonFormat = Literal["table", "json", "jsonl", "tsv", "markdown", "trec"]
"""The keys of `FORMATS` of `render.tables.comparison`, which takes longer to import."""


@value_class
class LabFlags(RankingFlags):
    """The flags of `co lab`."""

    command: ClassVar = "lab"

    queries: Annotated[
        str | None,
        given_flag(
            "--queries",
            metavar="FILE",
            input_file=True,
            is_common=True,
            text="Queries, one per line: ID, tab, query; or BEIR's JSON lines.",
            no_default=ONE_CALL,
        ),
    ] = None
    labels: Annotated[
        str | None,
        given_flag(
            "--labels",
            metavar="FILE",
            input_file=True,
            is_common=True,
            text="Judgements: TREC's qrels, or BEIR's table.",
            no_default=ONE_CALL,
        ),
    ] = None
    query: Annotated[
        str | None,
        given_flag(
            "--query",
            "-q",
            metavar="TEXT",
            is_common=True,
            text="The query that --label-field judges.",
            no_default=ONE_CALL,
        ),
    ] = None
    label_field: Annotated[
        str | None,
        given_flag(
            "--label-field",
            metavar="NAME",
            is_common=True,
            text="Field with the records' grades; models do not read it.",
        ),
    ] = None
    run: Annotated[
        list[str] | None,
        given_flag(
            "--run",
            metavar="FILE",
            input_file=True,
            text="Compare with the rankings in a TREC run. Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    drop_self: Annotated[
        bool,
        given_flag(
            "--drop-self", text="Leave out the record that has the query's own id."
        ),
    ] = False
    measure: Annotated[
        list[str] | None,
        shown_flag(
            "--measure",
            metavar="NAME",
            is_common=True,
            text="ndcg@K, mrr@K, recall@K, p@K or map@K; repeatable.",
            show_default="ndcg@10, mrr@10, recall@10",
        ),
    ] = None
    output: Annotated[
        ComparisonFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="table, json, jsonl, tsv, markdown, or trec: the rankings.",
            show_default="table",
        ),
    ] = None
    json: Annotated[
        bool, shown_flag("--json", text="Short for -o json.", no_default=USE_OUTPUT)
    ] = False
    model: Annotated[
        list[str] | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            is_common=True,
            text="Model, repeatable; the others are compared with the first.",
            show_default="the profile's",
        ),
    ] = None
    baseline: Annotated[
        Literal["input"] | None,
        model_flag(
            "--baseline", text="Compare with the order of the input, without a model."
        ),
    ] = None
    dry_run: Annotated[
        bool,
        shown_flag(
            "--dry-run",
            is_common=True,
            text="Print the cost; send nothing.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
