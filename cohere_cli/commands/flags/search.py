"""The flags of `co search`."""

from typing import Annotated, ClassVar, Literal

from cohere_cli.commands.flags.base import (
    SETTING,
    USE_OUTPUT,
    model_flag,
    shown_flag,
)
from cohere_cli.commands.flags.retrieval import RetrievalFlags
from cohere_cli.record import value_class

PassageFormat = Literal["full", "table", "text", "json", "jsonl", "paths", "markdown"]
"""The keys of `FORMATS` of `render.tables.passages`, which takes longer to import."""


@value_class
class SearchFlags(RetrievalFlags):
    """The flags of `co search`."""

    command: ClassVar = "search"

    passages: Annotated[
        int,
        shown_flag(
            "--passages",
            "-n",
            metavar="N",
            min=1,
            is_common=True,
            text="Show the best N passages.",
        ),
    ] = 10
    context: Annotated[
        int | None,
        shown_flag(
            "--context",
            "-C",
            metavar="N",
            min=0,
            is_common=True,
            text="Lines of the passage before and after its best line.",
            show_default="0; on a terminal 5 lines in all",
        ),
    ] = None
    output: Annotated[
        PassageFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="full, table, text (path:line:text), json, jsonl, paths or markdown.",
            show_default="full on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[
        bool, shown_flag("--json", text="Short for -o json.", no_default=USE_OUTPUT)
    ] = False
    null: Annotated[
        bool,
        shown_flag(
            "--null", "-0", text="End lines and paths with NUL in text and paths."
        ),
    ] = False
    exit_status: Annotated[
        bool,
        shown_flag("--exit-status", text="Exit with 9 if nothing is found."),
    ] = False
    model: Annotated[
        str | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            is_common=True,
            text="Name of the rerank model.",
            no_default=SETTING.format("rerank_model"),
            show_default="the profile's",
        ),
    ] = None
