"""Flags that `co chat` and `co compat` share."""

from typing import TYPE_CHECKING, Annotated, Literal

from cohere_cli.commands.flags.base import (
    ONE_CALL,
    OPTIONAL,
    SETTING,
    USE_OUTPUT,
    DefaultedFlags,
    PagerFlags,
    answer_flag,
    given_flag,
    model_flag,
    sampling_flag,
    shown_flag,
    talk_flag,
)
from cohere_cli.errors import UsageProblem
from cohere_cli.record import value_class
from cohere_cli.render import FORMATS

if TYPE_CHECKING:
    ReplyFormat = str
    AnswerFormat = str
else:
    # Typer reads the choices at run time, which a type checker cannot.
    ReplyFormat = Literal[*FORMATS]
    AnswerFormat = Literal[*FORMATS, "yaml"]

LISTED_FORMATS = f"{', '.join([*FORMATS][:-1])} or {[*FORMATS][-1]}"


def _non_empty(texts: list[str]) -> tuple[str, ...] | None:
    if "" in texts:
        hint = r"leave it out, or name a text: --stop $'\n' is the end of a line"
        raise UsageProblem("--stop is empty", hint=hint)
    return tuple(texts) or None


@value_class
class RequestFlags(DefaultedFlags):
    """Flags that make a request to a model."""

    file: Annotated[
        list[str] | None,
        given_flag(
            "--file",
            "-f",
            metavar="FILE",
            input_file=True,
            is_common=True,
            text="Request body in JSON or YAML, with the API's field names; flags "
            "and later files override it; - is standard input. Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    preset: Annotated[
        list[str] | None,
        given_flag(
            "--preset",
            metavar="NAME",
            text="Body file that is kept by name (`co preset`); -f and flags override "
            "it. Repeatable.",
        ),
    ] = None
    param: Annotated[
        list[str] | None,
        given_flag(
            "--param",
            metavar="NAME=VALUE",
            text="Value of {{NAME}} in presets. Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    system: Annotated[
        str | None,
        given_flag(
            "--system",
            "-s",
            metavar="TEXT",
            text_file=True,
            is_common=True,
            text="System message; @FILE reads it from a file.",
        ),
    ] = None
    image: Annotated[
        list[str] | None,
        given_flag(
            "--image",
            "-i",
            metavar="FILE|URL",
            input_file=True,
            is_common=True,
            text="Image to send: png, jpeg, webp or gif; the suffix :low or :high "
            "sets the detail. Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    tools: Annotated[
        list[str] | None,
        given_flag(
            "--tools",
            "-t",
            metavar="FILE",
            input_file=True,
            text="File that declares tools for the model, and commands that run them. "
            "Repeatable.",
        ),
    ] = None
    model: Annotated[
        str | None,
        model_flag(
            "--model",
            "-m",
            metavar="NAME",
            body_field="model",
            is_common=True,
            text="Name of the model. [CO_MODEL]",
            no_default=SETTING.format("model"),
            show_default="the profile's",
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        answer_flag(
            "--max-tokens",
            metavar="N",
            min=0,
            body_field="max_tokens",
            text="Maximum tokens to generate, thinking included.",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        sampling_flag(
            "--temperature",
            "-T",
            metavar="X",
            min=0,
            max=2,
            body_field="temperature",
            text="Sampling temperature; 0 is the least random.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        sampling_flag(
            "--seed",
            metavar="N",
            body_field="seed",
            text="Seed for best-effort reproducibility.",
        ),
    ] = None
    stop: Annotated[
        list[str] | None,
        answer_flag(
            "--stop",
            metavar="TEXT",
            body_field="stop_sequences",
            encode=_non_empty,
            text="Stop sequence that ends the answer. Repeatable.",
        ),
    ] = None
    top_p: Annotated[
        float | None,
        sampling_flag(
            "--top-p",
            metavar="X",
            min=0,
            max=1,
            body_field="top_p",
            text="Nucleus sampling: probability mass to sample from.",
        ),
    ] = None
    frequency_penalty: Annotated[
        float | None,
        sampling_flag(
            "--frequency-penalty",
            metavar="X",
            body_field="frequency_penalty",
            text="Penalize tokens by how often they occurred.",
        ),
    ] = None
    presence_penalty: Annotated[
        float | None,
        sampling_flag(
            "--presence-penalty",
            metavar="X",
            body_field="presence_penalty",
            text="Penalize tokens that occurred at all.",
        ),
    ] = None


@value_class
class ConversationFlags(DefaultedFlags):
    """Flags that say what a request goes on from."""

    going_on: Annotated[
        bool,
        talk_flag(
            "--continue",
            "-c",
            text="Go on with the last conversation of this terminal, else of this "
            "directory, else of all.",
            no_default=ONE_CALL,
        ),
    ] = False
    resume: Annotated[
        str | None,
        talk_flag(
            "--resume",
            metavar="ID|NAME",
            text="Go on with a conversation; `co history list` lists them.",
            no_default=ONE_CALL,
        ),
    ] = None
    name: Annotated[
        str | None,
        talk_flag(
            "--name",
            metavar="NAME",
            text="Name the conversation, for --resume.",
            no_default=ONE_CALL,
        ),
    ] = None
    at: Annotated[
        int | None,
        talk_flag(
            "--at",
            metavar="N",
            min=1,
            text="Go on after turn N, as a branch; an answer that was cut counts, too.",
            no_default=ONE_CALL,
        ),
    ] = None
    edit: Annotated[
        int | None,
        talk_flag(
            "--edit",
            metavar="N",
            min=1,
            text="Ask turn N again with another prompt, as a branch; without a prompt, "
            "$EDITOR opens that of turn N.",
            no_default=ONE_CALL,
        ),
    ] = None
    undo: Annotated[
        bool,
        talk_flag(
            "--undo",
            text="Go on before the last turn; without a prompt, only leave it out.",
            no_default=ONE_CALL,
        ),
    ] = False
    finish: Annotated[
        bool,
        talk_flag(
            "--finish",
            text="Go on with an answer that was cut.",
            no_default=ONE_CALL,
        ),
    ] = False
    without: Annotated[
        list[str] | None,
        talk_flag(
            "--without",
            metavar="FIELD",
            text="Leave out a field of the turns before, such as documents or tools. "
            "Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    history: Annotated[
        bool | None,
        talk_flag(
            "--history/--no-history",
            text="Keep this turn in the history, or not.",
            no_default=SETTING.format("history"),
            show_default="history, but not with a sandbox",
        ),
    ] = None

    @property
    def goes_on(self) -> bool:
        """Whether the request is part of a conversation that is named or goes on."""
        numbers = (self.at, self.edit)
        return (
            self.going_on
            or self.undo
            or self.finish
            or any(one is not None for one in (self.resume, self.name, *numbers))
        )


@value_class
class ReplyFlags(DefaultedFlags):
    """Flags of a single reply: how it is read and shown."""

    allow_empty_input: Annotated[
        bool,
        given_flag(
            "--allow-empty-input",
            text="Send the prompt alone if the piped input is empty.",
        ),
    ] = False
    stream: Annotated[
        bool | None,
        shown_flag(
            "--stream/--no-stream",
            body_field="stream",
            text="Stream the answer, or wait until it is complete.",
            show_default="stream",
        ),
    ] = None
    output: Annotated[
        AnswerFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text=f"{LISTED_FORMATS}; yaml for --dry-run.",
            show_default="text",
        ),
    ] = None
    json: Annotated[
        bool, shown_flag("--json", text="Short for -o json.", no_default=USE_OUTPUT)
    ] = False
    extract: Annotated[
        str | None,
        shown_flag(
            "--extract",
            "-x",
            metavar=OPTIONAL.format("LANG|N"),
            text="Write one code block alone; -x2 is the second, -xpython the first in "
            "Python. Exit 18 if there is none.",
            no_default="it is for answers that have code",
        ),
    ] = None
    usage: Annotated[
        bool,
        shown_flag(
            "--usage",
            "-u",
            is_common=True,
            text="Print token usage, finish reason and times.",
        ),
    ] = False
    show: Annotated[
        list[str] | None,
        shown_flag(
            "--show",
            metavar="WHAT",
            text="Show thinking, plan, tools, results, citations, usage, logprobs. "
            "Repeatable.",
            no_default=SETTING.format("show"),
        ),
    ] = None
    hide: Annotated[
        list[str] | None,
        shown_flag(
            "--hide",
            metavar="WHAT",
            text="Hide parts; names as for --show. Repeatable.",
            no_default=SETTING.format("hide"),
        ),
    ] = None
    record: Annotated[
        str | None,
        shown_flag(
            "--record",
            metavar="FILE",
            text="Record the reply and its timing, for `co replay`.",
            no_default="each call would replace the recording",
        ),
    ] = None
    quiet: Annotated[bool, shown_flag("--quiet", "-q", text="Print only errors.")] = (
        False
    )


@value_class
class AnswerFlags(RequestFlags, ConversationFlags, ReplyFlags, PagerFlags):
    """Flags of every command that gets a reply from a model."""
