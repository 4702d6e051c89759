"""The flags of `co map`."""

from dataclasses import fields
from typing import Annotated, ClassVar, Literal

from cohere_cli.commands.flags.base import (
    SETTING,
    answer_flag,
    given_flag,
    model_flag,
    sent_flag,
    shown_flag,
)
from cohere_cli.commands.flags.chat import ChatRequestFlags
from cohere_cli.commands.flags.records import BatchFlags, RecordFlags, SeparatedFlags
from cohere_cli.record import value_class

MapFormat = Literal["jsonl"]


@value_class
class MapFlags(SeparatedFlags, ChatRequestFlags, RecordFlags, BatchFlags):
    """The flags of `co map`."""

    command: ClassVar = "map"

    # No flags here: what a run costs is neither counted nor asked about.
    max_cost: float | None = None
    yes: bool = False

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
            text="jsonl.",
            show_default="jsonl",
        ),
    ] = None
    only: Annotated[
        bool,
        shown_flag("--only", is_common=True, text="Write answers without records."),
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
    retry_failed: Annotated[
        bool,
        sent_flag(
            "--retry-failed",
            text="Send only what has failed before; implies --resume.",
            no_default="it is for one run",
        ),
    ] = False
    journal: Annotated[
        bool,
        sent_flag(
            "--journal/--no-journal",
            text="Keep replies for --resume, for 30 days, or not.",
        ),
    ] = True

    def for_model(self, model: str | None) -> ChatRequestFlags:
        """Return the flags of the request to *model*, None for the profile's."""
        shared = {one.name: getattr(self, one.name) for one in fields(ChatRequestFlags)}
        return ChatRequestFlags(**shared | {"model": model})
