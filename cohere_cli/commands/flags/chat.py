"""The flags of `co chat`: every parameter of `/v2/chat`, with the API's ranges."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cohere_cli.commands.flags.answer import AnswerFlags
from cohere_cli.commands.flags.base import between, given_flag, model_flag, shown_flag

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import CitationOptions, Thinking


@dataclass(frozen=True, kw_only=True)
class ChatFlags(AnswerFlags):
    """What `co chat` takes."""

    document: Annotated[
        list[str] | None,
        given_flag(
            "--document",
            "-d",
            metavar="FILE",
            text="File, folder or pattern to ground the answer in; - is standard "
            "input. Repeatable.",
        ),
    ] = None
    split: Annotated[
        bool,
        given_flag(
            "--split/--no-split", text="Split long documents into passages, or not."
        ),
    ] = True
    any_size: Annotated[
        bool,
        given_flag("--any-size", text="Send more than the model's context may hold."),
    ] = False
    tool_choice: Annotated[
        Literal["required", "none"] | None,
        given_flag(
            "--tool-choice",
            metavar="WORD",
            text="required: call a tool; none: call none.",
        ),
    ] = None
    strict_tools: Annotated[
        bool | None,
        given_flag(
            "--strict-tools/--no-strict-tools",
            text="Hold tool calls to their schema.",
            show_default=False,
        ),
    ] = None
    schema: Annotated[
        str | None,
        given_flag(
            "--schema",
            metavar="FILE|TEXT",
            text="JSON Schema of the answer, or fields such as 'name, age int'.",
        ),
    ] = None
    json_object: Annotated[
        bool, given_flag("--json-object", text="Have the answer as any JSON object.")
    ] = False
    body_schema: Annotated[
        bool,
        shown_flag(
            "--body-schema", text="Print the JSON Schema of a body file; no call."
        ),
    ] = False
    to_compat: Annotated[
        bool,
        shown_flag(
            "--to-compat",
            text="Print the body as `co compat -f` takes it; send nothing. Exit 5 if "
            "it has no words for a part.",
        ),
    ] = False
    citations: Annotated[
        Literal["enabled", "disabled", "fast", "accurate", "off"] | None,
        model_flag(
            "--citations",
            metavar="HOW",
            text="How to cite: fast, accurate, enabled, disabled or off.",
        ),
    ] = None
    safety: Annotated[
        Literal["contextual", "strict", "off"] | None,
        model_flag(
            "--safety", metavar="MODE", text="Safety: contextual, strict or off."
        ),
    ] = None
    temperature: Annotated[
        float | None,
        model_flag(
            "--temperature",
            "-T",
            metavar="X",
            min=0,
            max=1,
            text="Randomness.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        model_flag(
            "--seed",
            metavar="N",
            callback=between(0, 2**64 - 1),
            text="Same seed and body: the same answer, mostly.",
        ),
    ] = None
    frequency_penalty: Annotated[
        float | None,
        model_flag(
            "--frequency-penalty",
            metavar="X",
            min=0,
            max=1,
            text="Discourage repetition.",
        ),
    ] = None
    presence_penalty: Annotated[
        float | None,
        model_flag(
            "--presence-penalty",
            metavar="X",
            min=0,
            max=1,
            text="Encourage new words.",
        ),
    ] = None
    top_k: Annotated[
        int | None,
        model_flag(
            "--top-k",
            "--k",
            metavar="N",
            min=0,
            max=500,
            text="Draw from the N likeliest tokens; 0 is off.",
        ),
    ] = None
    top_p: Annotated[
        float | None,
        model_flag(
            "--top-p",
            "--p",
            metavar="X",
            callback=between(0.01, 0.99),
            text="Share of likely tokens to draw from, 0.01 to 0.99.",
        ),
    ] = None
    logprobs: Annotated[
        bool | None,
        model_flag(
            "--logprobs/--no-logprobs",
            text="Have the probability of each token.",
            show_default=False,
        ),
    ] = None
    thinking: Annotated[
        bool | None,
        model_flag(
            "--thinking/--no-thinking",
            text="Let the model think first, or not.",
            show_default="the model's",
        ),
    ] = None
    thinking_budget: Annotated[
        int | None,
        model_flag(
            "--thinking-budget",
            metavar="N",
            min=1,
            text="Tokens to think with; means --thinking.",
        ),
    ] = None
    priority: Annotated[
        int | None,
        model_flag(
            "--priority", metavar="N", min=0, max=999, text="0 is served first."
        ),
    ] = None

    def fields(self) -> dict[str, Any]:
        """Return what these flags say in the field names of `/v2/chat`."""
        return {
            "model": self.model,
            "stream": self.stream,
            "tool_choice": self.tool_choice and self.tool_choice.upper(),
            "strict_tools": self.strict_tools,
            "citation_options": self._citation_options(),
            "safety_mode": self.safety and self.safety.upper(),
            "max_tokens": self.max_tokens,
            "stop_sequences": tuple(self.stop) if self.stop else None,
            "temperature": self.temperature,
            "seed": self.seed,
            "frequency_penalty": self.frequency_penalty,
            "presence_penalty": self.presence_penalty,
            "k": self.top_k,
            "p": self.top_p,
            "logprobs": self.logprobs,
            "thinking": self._thinking(),
            "priority": self.priority,
        }

    def _citation_options(self) -> "CitationOptions | None":
        from cohere_cli.api.protocol.requests import CitationOptions

        if self.citations is None:
            return None
        return CitationOptions(self.citations.upper())  # type: ignore[arg-type]

    def _thinking(self) -> "Thinking | None":
        from cohere_cli.api.protocol.requests import Thinking

        if self.thinking is False:
            return Thinking("disabled")
        if self.thinking or self.thinking_budget:
            return Thinking("enabled", self.thinking_budget)
        return None
