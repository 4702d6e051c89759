"""The flags of every command that gets an answer from a model."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cohere_cli.commands.flags.base import (
    CallFlags,
    call_flag,
    given_flag,
    model_flag,
    shown_flag,
)

ReplyFormat = Literal["text", "markdown", "json", "events"]
AnswerFormat = Literal["text", "markdown", "json", "events", "yaml"]


@dataclass(frozen=True, kw_only=True)
class AnswerFlags(CallFlags):
    """What every command that gets an answer from a model takes."""

    file: Annotated[
        list[str] | None,
        given_flag(
            "--file",
            "-f",
            metavar="FILE",
            text="Request body in JSON or YAML, in the API's own field names; flags "
            "and later files override it; - is standard input. Repeatable.",
        ),
    ] = None
    system: Annotated[
        str | None, given_flag("--system", "-s", metavar="TEXT", text="System message.")
    ] = None
    image: Annotated[
        list[str] | None,
        given_flag(
            "--image",
            "-i",
            metavar="FILE|URL",
            text="Image to look at, png, jpeg, webp or gif; :low or :high after it "
            "sets the detail. Repeatable.",
        ),
    ] = None
    tools: Annotated[
        list[str] | None,
        given_flag(
            "--tools",
            "-t",
            metavar="FILE",
            text="File that declares tools the model may call. Repeatable.",
        ),
    ] = None
    stream: Annotated[
        bool | None,
        shown_flag(
            "--stream/--no-stream",
            text="Show the answer as it comes, or fetch it whole.",
            show_default="stream",
        ),
    ] = None
    output: Annotated[
        AnswerFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            text="text, markdown, json or events; yaml for --dry-run.",
            show_default="text",
        ),
    ] = None
    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False
    usage: Annotated[
        bool, shown_flag("--usage", "-u", text="Say tokens, finish reason and times.")
    ] = False
    show: Annotated[
        list[str] | None,
        shown_flag(
            "--show",
            metavar="WHAT",
            text="Show thinking, plan, tools, citations, usage, logprobs. Repeatable.",
        ),
    ] = None
    hide: Annotated[
        list[str] | None,
        shown_flag("--hide", metavar="WHAT", text="Hide any of these. Repeatable."),
    ] = None
    record: Annotated[
        str | None,
        call_flag(
            "--record",
            metavar="FILE",
            text="Keep the reply as it comes, with its times, for `co replay`.",
        ),
    ] = None
    quiet: Annotated[
        bool, call_flag("--quiet", "-q", text="Say nothing but errors.")
    ] = False
    model: Annotated[
        str | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            text="Model. [CO_MODEL]",
            show_default="the profile's",
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        model_flag(
            "--max-tokens",
            metavar="N",
            min=0,
            text="Longest answer, thinking included.",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        model_flag(
            "--temperature",
            "-T",
            metavar="X",
            min=0,
            max=2,
            text="Randomness; 0 is the least.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        model_flag(
            "--seed",
            metavar="N",
            text="Same seed and body: the same answer, mostly.",
        ),
    ] = None
    stop: Annotated[
        list[str] | None,
        model_flag(
            "--stop", metavar="TEXT", text="Text that ends the answer. Repeatable."
        ),
    ] = None
    top_p: Annotated[
        float | None,
        model_flag(
            "--top-p",
            metavar="X",
            min=0,
            max=1,
            text="Share of likely tokens to draw from.",
        ),
    ] = None
    frequency_penalty: Annotated[
        float | None,
        model_flag("--frequency-penalty", metavar="X", text="Discourage repetition."),
    ] = None
    presence_penalty: Annotated[
        float | None,
        model_flag("--presence-penalty", metavar="X", text="Encourage new words."),
    ] = None
