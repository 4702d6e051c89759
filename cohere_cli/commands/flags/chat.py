"""Flags of `/v2/chat`, with the API's range, and those of `co chat` alone."""

from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from cohere_cli.commands.flags.answer import AnswerFlags, RequestFlags
from cohere_cli.commands.flags.base import (
    ONE_CALL,
    SENDS_NOTHING,
    answer_flag,
    between,
    call_flag,
    given_flag,
    model_flag,
    sampling_flag,
    shown_flag,
)
from cohere_cli.record import value_class

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import CitationOptions, Thinking


def _citation_options(mode: str) -> "CitationOptions":
    from cohere_cli.api.protocol.requests import CitationOptions

    return CitationOptions(mode.upper())  # type: ignore[arg-type]


def _tool_choice(word: str) -> str | None:
    # The API has no name for its default.
    return None if word == "auto" else word.upper()


@value_class
class ChatRequestFlags(RequestFlags):
    """Flags that make a request to `/v2/chat`.

    `servers` are the MCP servers that are open already, those of a session or of a call
    with --mcp; None for any other call.
    """

    document: Annotated[
        list[str] | None,
        given_flag(
            "--document",
            "-d",
            metavar="FILE",
            input_file=True,
            is_common=True,
            text="File, folder or pattern to ground the answer in; - is standard "
            "input, mcp://NAME/URI a resource of an MCP server. Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    split: Annotated[
        bool,
        given_flag("--split/--no-split", text="Split long documents into passages."),
    ] = True
    any_size: Annotated[
        bool,
        given_flag(
            "--any-size", text="Send documents that may exceed the context window."
        ),
    ] = False
    tool_choice: Annotated[
        Literal["auto", "required", "none"] | None,
        answer_flag(
            "--tool-choice",
            metavar="WORD",
            body_field="tool_choice",
            encode=_tool_choice,
            text="Require a tool call, or forbid it: required or none; auto is the "
            "default.",
        ),
    ] = None
    strict_tools: Annotated[
        bool | None,
        answer_flag(
            "--strict-tools/--no-strict-tools",
            body_field="strict_tools",
            text="Enforce tool schemas.",
            show_default=False,
        ),
    ] = None
    schema: Annotated[
        str | None,
        answer_flag(
            "--schema",
            metavar="FILE|TEXT",
            input_file=True,
            is_common=True,
            text="Require JSON of this schema, or of fields such as 'name, age int'.",
        ),
    ] = None
    json_object: Annotated[
        bool, answer_flag("--json-object", text="Require a JSON object.")
    ] = False
    citations: Annotated[
        Literal["enabled", "disabled", "fast", "accurate", "off"] | None,
        answer_flag(
            "--citations",
            metavar="HOW",
            body_field="citation_options",
            encode=_citation_options,
            text="Citation mode: fast, accurate, enabled, disabled or off.",
        ),
    ] = None
    safety: Annotated[
        Literal["contextual", "strict", "off"] | None,
        answer_flag(
            "--safety",
            metavar="MODE",
            body_field="safety_mode",
            encode=str.upper,
            text="Safety mode: contextual, strict or off.",
        ),
    ] = None
    temperature: Annotated[
        float | None,
        sampling_flag(
            "--temperature",
            "-T",
            metavar="X",
            min=0,
            max=1,
            body_field="temperature",
            text="Sampling temperature; 0 is the least random.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        sampling_flag(
            "--seed",
            metavar="N",
            callback=between(0, 2**64 - 1),
            body_field="seed",
            text="Seed for best-effort reproducibility.",
        ),
    ] = None
    frequency_penalty: Annotated[
        float | None,
        sampling_flag(
            "--frequency-penalty",
            metavar="X",
            min=0,
            max=1,
            body_field="frequency_penalty",
            text="Penalize tokens by how often they occurred.",
        ),
    ] = None
    presence_penalty: Annotated[
        float | None,
        sampling_flag(
            "--presence-penalty",
            metavar="X",
            min=0,
            max=1,
            body_field="presence_penalty",
            text="Penalize tokens that occurred at all.",
        ),
    ] = None
    top_k: Annotated[
        int | None,
        sampling_flag(
            "--top-k",
            "--k",
            metavar="N",
            min=0,
            max=500,
            body_field="k",
            text="Sample from the N most likely tokens; 0 is off.",
        ),
    ] = None
    top_p: Annotated[
        float | None,
        sampling_flag(
            "--top-p",
            "--p",
            metavar="X",
            callback=between(0.01, 0.99),
            body_field="p",
            text="Nucleus sampling: probability mass, 0.01 to 0.99.",
        ),
    ] = None
    logprobs: Annotated[
        bool | None,
        answer_flag(
            "--logprobs/--no-logprobs",
            body_field="logprobs",
            text="Return token log probabilities.",
            show_default=False,
        ),
    ] = None
    thinking: Annotated[
        bool | None,
        model_flag(
            "--thinking/--no-thinking",
            text="Turn thinking on or off.",
            show_default="the model's",
        ),
    ] = None
    thinking_budget: Annotated[
        int | None,
        model_flag(
            "--thinking-budget",
            metavar="N",
            min=1,
            text="Maximum tokens for thinking; implies --thinking.",
        ),
    ] = None
    priority: Annotated[
        int | None,
        call_flag(
            "--priority",
            metavar="N",
            min=0,
            max=999,
            body_field="priority",
            text="Priority of the request; 0 is served first.",
        ),
    ] = None

    servers: Any = field(default=None, repr=False)

    def fields(self) -> dict[str, Any]:
        """Return the fields of `/v2/chat` that the flags set; None: not given."""
        return super().fields() | {"thinking": self._thinking()}

    def _thinking(self) -> "Thinking | None":
        from cohere_cli.api.protocol.requests import Thinking

        if self.thinking is False:
            return Thinking("disabled")
        if self.thinking or self.thinking_budget:
            return Thinking("enabled", self.thinking_budget)
        return None


@value_class
class GroundedFlags(ChatRequestFlags, AnswerFlags):
    """Flags of every command whose answer can be grounded in documents."""


@value_class
class ChatFlags(GroundedFlags):
    """Flags of `co chat`."""

    command: ClassVar = "chat"

    tool: Annotated[
        list[str] | None,
        given_flag(
            "--tool",
            metavar="NAME",
            text="Let the model use a built-in tool: search (in the files of -d, else "
            "here), calculator or now. Repeatable.",
        ),
    ] = None
    mcp: Annotated[
        list[str] | None,
        given_flag(
            "--mcp",
            metavar="NAME",
            text="Let the model use the tools of an MCP server (`co mcp list`). "
            "Repeatable.",
        ),
    ] = None
    tools_only: Annotated[
        list[str] | None,
        given_flag(
            "--tools-only",
            metavar="NAME",
            text="Declare only this tool of -t and --mcp to the model; a pattern such "
            "as 'files_*' is possible. Repeatable.",
            no_default="`tools` of a server in config.toml is for all calls",
        ),
    ] = None
    allow: Annotated[
        list[str] | None,
        given_flag(
            "--allow",
            metavar="NAME",
            text="Run calls of this tool without a question; a pattern such as 'get_*' "
            "is possible. Repeatable.",
            no_default="each call says what may run",
        ),
    ] = None
    max_steps: Annotated[
        int,
        given_flag(
            "--max-steps",
            metavar="N",
            min=1,
            max=100,
            text="Run calls of tools at most N times in a row.",
        ),
    ] = 8
    tool_results: Annotated[
        str | None,
        given_flag(
            "--tool-results",
            metavar="FILE",
            input_file=True,
            text="With -c: the results of the calls of the last turn, in JSON or YAML.",
            no_default=ONE_CALL,
        ),
    ] = None

    editor: Annotated[
        bool,
        given_flag(
            "--editor",
            text="Write the prompt in $VISUAL or $EDITOR; it is kept if sending fails.",
            no_default=ONE_CALL,
        ),
    ] = False
    body_schema: Annotated[
        bool,
        shown_flag(
            "--body-schema",
            text="Print the JSON Schema of a body file; send nothing.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
    to_compat: Annotated[
        bool,
        shown_flag(
            "--to-compat",
            text="Print the body as `co compat -f` takes it; send nothing. Exit 5 if "
            "something cannot be expressed.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
