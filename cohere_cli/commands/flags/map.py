"""The flags of `co map`."""

from dataclasses import fields
from typing import Annotated, ClassVar, Literal

from cohere_cli.commands.flags.base import (
    SETTING,
    answer_flag,
    given_flag,
    judged_flag,
    model_flag,
    sent_flag,
    shown_flag,
)
from cohere_cli.commands.flags.chat import ChatRequestFlags
from cohere_cli.commands.flags.records import BatchFlags, RecordFlags, SeparatedFlags
from cohere_cli.record import value_class

MapFormat = Literal["jsonl", "csv", "tsv", "text"]


@value_class
class MapFlags(SeparatedFlags, ChatRequestFlags, RecordFlags, BatchFlags):
    """The flags of `co map`."""

    command: ClassVar = "map"

    model: Annotated[
        list[str] | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            is_common=True,
            text="Name of the model. Repeatable: each record gets an answer of each. "
            "[CO_MODEL]",
            no_default=SETTING.format("model"),
            show_default="the profile's",
        ),
    ] = None  # type: ignore[assignment]  # of several models
    field: Annotated[
        list[str] | None,
        given_flag(
            "--field",
            metavar="NAME",
            text="Give {record} this field alone. Repeatable.",
        ),
    ] = None
    output: Annotated[
        MapFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="jsonl, csv, tsv or text.",
            show_default="a table as it came in, else jsonl",
        ),
    ] = None
    only: Annotated[
        bool,
        shown_flag("--only", is_common=True, text="Write answers without records."),
    ] = False
    usage: Annotated[
        bool,
        shown_flag(
            "--usage",
            "-u",
            is_common=True,
            text="Print the totals: requests, tokens, cost and time.",
        ),
    ] = False
    unordered: Annotated[
        bool,
        shown_flag(
            "--unordered",
            text="Write answers as they come, not in the order of the input.",
        ),
    ] = False
    retries_schema: Annotated[
        int,
        answer_flag(
            "--retries-schema",
            metavar="N",
            min=0,
            max=100,
            text="Ask again N times for an answer that does not fit the schema.",
        ),
    ] = 1
    sample: Annotated[
        int | None,
        sent_flag(
            "--sample",
            metavar="N",
            min=1,
            max=100_000,
            is_common=True,
            text="Send N random records; estimate all.",
            no_default="it is for one run",
        ),
    ] = None
    resume: Annotated[
        bool,
        sent_flag(
            "--resume",
            text="Send only what an earlier run of the same command lacks.",
            no_default="it is for one run",
        ),
    ] = False
    retry_failed: Annotated[
        bool,
        sent_flag(
            "--retry-failed",
            text="Send only the requests that failed in an earlier run.",
            no_default="it is for one run",
        ),
    ] = False
    journal: Annotated[
        bool,
        sent_flag(
            "--journal/--no-journal",
            text="Keep replies for --resume for 30 days.",
        ),
    ] = True
    expect: Annotated[
        str | None,
        judged_flag(
            "--expect",
            metavar="COLUMN[=FIELD]",
            text="Compare the answers with a column of the records; report accuracy "
            "and mistakes.",
        ),
    ] = None
    compare: Annotated[
        str | None,
        judged_flag(
            "--compare",
            metavar="FILE",
            text="Compare with the jsonl output of another run.",
            no_default="it is for one run",
        ),
    ] = None
    report: Annotated[
        str | None,
        judged_flag(
            "--report",
            metavar="FILE",
            text="Also write the report of --expect and --compare to a file, as JSON.",
            no_default="each run would replace the report",
        ),
    ] = None
    min_accuracy: Annotated[
        float | None,
        judged_flag(
            "--min-accuracy",
            metavar="X",
            min=0,
            max=1,
            text="Exit with 9 if the accuracy is below X.",
        ),
    ] = None

    def for_model(self, model: str | None) -> ChatRequestFlags:
        """Return the flags of the request to *model*, None for the profile's."""
        shared = {one.name: getattr(self, one.name) for one in fields(ChatRequestFlags)}
        return ChatRequestFlags(**shared | {"model": model})
