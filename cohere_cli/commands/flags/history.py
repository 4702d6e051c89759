"""Flags of `co history`."""

from typing import Annotated, Any, Literal

from cohere_cli.commands.flags.base import PagedFlags, given_flag, shown_flag
from cohere_cli.record import value_class

TableFormat = Literal["table", "text", "json", "jsonl"]
MatchFormat = Literal["full", "text", "json", "jsonl"]
TranscriptFormat = Literal["text", "markdown", "json", "jsonl", "events"]
ExportFormat = Literal["md", "markdown", "html", "json", "jsonl", "events"]
StatisticsFormat = Literal["table", "text", "json"]
_TABLE = "table on a terminal, text in a pipe"


def _output(text: str, default: str) -> Any:
    return shown_flag(
        "--output",
        "-o",
        metavar="FORMAT",
        is_common=True,
        text=text,
        show_default=default,
    )


@value_class
class HistoryFlags(PagedFlags):
    """Flags of every command of `co history` that shows something."""

    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False


@value_class
class SinceFlags(HistoryFlags):
    """Flags of commands that can leave out old turns."""

    since: Annotated[
        str | None,
        given_flag(
            "--since",
            metavar="TIME",
            is_common=True,
            text="Only turns since then: 30m, 12h, 7d, 2w, or an ISO date or time.",
        ),
    ] = None


@value_class
class ConversationListFlags(SinceFlags):
    """Flags of `co history list`."""

    model: Annotated[
        str | None,
        given_flag(
            "--model",
            "-m",
            metavar="NAME",
            is_common=True,
            text="Only turns of this model.",
        ),
    ] = None
    status: Annotated[
        Literal["complete", "incomplete", "interrupted", "error"] | None,
        given_flag(
            "--status",
            metavar="WORD",
            is_common=True,
            text="Only turns that ended so: complete, incomplete, interrupted, error.",
        ),
    ] = None
    search: Annotated[
        str | None,
        given_flag(
            "--search",
            metavar="WORDS",
            is_common=True,
            text="Only turns that have all these words.",
        ),
    ] = None
    number: Annotated[
        int | None,
        shown_flag(
            "--number",
            "-n",
            metavar="N",
            min=1,
            is_common=True,
            text="List the last N.",
            show_default="all",
        ),
    ] = None
    output: Annotated[
        TableFormat | None, _output("table, text (TSV), json or jsonl.", _TABLE)
    ] = None


@value_class
class MatchFlags(HistoryFlags):
    """Flags of `co history search`."""

    number: Annotated[
        int,
        shown_flag(
            "--number",
            "-n",
            metavar="N",
            min=1,
            is_common=True,
            text="Show the best N turns.",
        ),
    ] = 20
    output: Annotated[
        MatchFormat | None,
        _output(
            "full, text (ID:N:text), json or jsonl.",
            "full on a terminal, text in a pipe",
        ),
    ] = None
    exit_status: Annotated[
        bool,
        shown_flag(
            "--exit-status", is_common=True, text="Exit with 9 if nothing is found."
        ),
    ] = False


@value_class
class TranscriptFlags(HistoryFlags):
    """Flags of `co history show`."""

    all: Annotated[
        bool,
        shown_flag(
            "--all",
            is_common=True,
            text="Show every turn, also those of other branches.",
        ),
    ] = False
    output: Annotated[
        TranscriptFormat | None,
        _output("text, markdown, json, jsonl; events for one turn.", "text"),
    ] = None


@value_class
class ExportFlags(HistoryFlags):
    """Flags of `co history export`."""

    all: Annotated[
        bool, shown_flag("--all", is_common=True, text="Export all conversations.")
    ] = False
    output: Annotated[
        ExportFormat | None,
        _output("md, html, json, jsonl (a turn a line); events for one turn.", "md"),
    ] = None


@value_class
class StatisticsFlags(SinceFlags):
    """Flags of `co history stats`."""

    output: Annotated[
        StatisticsFormat | None, _output("table, text (TSV) or json.", _TABLE)
    ] = None
