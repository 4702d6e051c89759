"""The flags of `co models`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.commands.flags.base import CallFlags, given_flag, shown_flag

ModelsFormat = Literal["table", "text", "json", "jsonl"]
_COMPAT = "Ask the OpenAI-compatible server, where --base-url is the whole base."


@dataclass(frozen=True, kw_only=True)
class ModelsFlags(CallFlags):
    """What every command about models takes."""

    compat: Annotated[bool, given_flag("--compat", text=_COMPAT)] = False
    output: Annotated[
        ModelsFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            text="table, text, json or jsonl.",
            show_default="table on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False


@dataclass(frozen=True, kw_only=True)
class ModelListFlags(ModelsFlags):
    """What `co models list` takes."""

    endpoint: Annotated[
        Literal["chat", "rerank", "embed", "transcriptions"] | None,
        given_flag(
            "--endpoint",
            metavar="NAME",
            text="Only models for chat, rerank, embed or transcriptions.",
        ),
    ] = None
    all: Annotated[
        bool,
        given_flag("--all", text="Deprecated models too, and those of any endpoint."),
    ] = False
    cached: Annotated[
        bool,
        shown_flag(
            "--cached", text="Names up to a day old, else asked for in 2 s, or none."
        ),
    ] = False
