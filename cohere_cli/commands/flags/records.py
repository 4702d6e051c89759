"""Flags of every command that reads records, and of one that sends many requests."""

from typing import Annotated

from cohere_cli.commands.flags.base import (
    DefaultedFlags,
    given_flag,
    sent_flag,
)
from cohere_cli.documents.formats import FORMATS, InputFormat
from cohere_cli.documents.skipped import BadPolicy
from cohere_cli.record import value_class


@value_class
class RecordFlags(DefaultedFlags):
    """Flags of every command that reads records."""

    input: Annotated[
        InputFormat,
        given_flag(
            "--input",
            metavar="FORMAT",
            is_common=True,
            text=f"{', '.join(FORMATS)}, or files (one record per file).",
        ),
    ] = "auto"
    records: Annotated[
        str | None,
        given_flag(
            "--records",
            metavar="PATH",
            text="Path of the records inside a JSON object: data.items",
        ),
    ] = None


@value_class
class SeparatedFlags(DefaultedFlags):
    """What separates records, and what becomes of those that cannot be read."""

    null: Annotated[
        bool,
        given_flag(
            "--null",
            "-0",
            text="Records, or names of files, end in NUL, in input and output.",
        ),
    ] = False
    bad: Annotated[
        BadPolicy,
        given_flag(
            "--bad",
            metavar="WORD",
            text="Records that cannot be read: skip, replace (invalid bytes by U+FFFD)"
            " or refuse.",
        ),
    ] = "skip"


@value_class
class BatchFlags(DefaultedFlags):
    """Flags of every command that sends many requests."""

    concurrency: Annotated[
        int | None,
        sent_flag(
            "--concurrency",
            metavar="N",
            min=1,
            max=64,
            text="Concurrent requests.",
            show_default="the profile's: 4",
        ),
    ] = None
    rate: Annotated[
        int | None,
        sent_flag(
            "--rate",
            metavar="N",
            min=1,
            text="Maximum requests per minute.",
            show_default="the profile's: the key's limit",
        ),
    ] = None
    resume: Annotated[
        bool,
        sent_flag(
            "--resume",
            text="Resume an interrupted run.",
            no_default="it is for one run",
        ),
    ] = False
    yes: Annotated[
        bool,
        sent_flag(
            "--yes",
            "-y",
            is_common=True,
            text="Send many requests without asking.",
            no_default="the cost of each run is confirmed",
        ),
    ] = False
