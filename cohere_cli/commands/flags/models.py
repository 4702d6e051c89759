"""Flags of `co models`."""

from typing import Annotated, Literal

from cohere_cli.commands.flags.base import CallFlags, PagerFlags, given_flag, shown_flag
from cohere_cli.record import value_class

ModelsFormat = Literal["table", "text", "json", "jsonl"]
_COMPAT = "Use the OpenAI-compatible API; --base-url is its full base URL."


@value_class
class ModelsFlags(CallFlags, PagerFlags):
    """Flags of every command of `co models`."""

    compat: Annotated[bool, given_flag("--compat", is_common=True, text=_COMPAT)] = (
        False
    )
    output: Annotated[
        ModelsFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="table, text, json or jsonl.",
            show_default="table on a terminal, text in a pipe",
        ),
    ] = None
    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False


@value_class
class ModelListFlags(ModelsFlags):
    """Flags of `co models list`."""

    endpoint: Annotated[
        Literal["chat", "rerank", "embed", "transcriptions"] | None,
        given_flag(
            "--endpoint",
            metavar="NAME",
            is_common=True,
            text="List only models for chat, rerank, embed or transcriptions.",
        ),
    ] = None
    all: Annotated[
        bool,
        given_flag(
            "--all", is_common=True, text="Include deprecated models and all endpoints."
        ),
    ] = False
    cached: Annotated[
        bool,
        shown_flag(
            "--cached",
            text="List names from a cache of up to one day; else wait up to 2 s.",
        ),
    ] = False
    aliases: Annotated[
        bool,
        shown_flag(
            "--aliases", hidden=True, text="With --cached, list the aliases first."
        ),
    ] = False
