"""The flags of `co compat`, under OpenAI's names."""

from typing import Annotated, Any, ClassVar, Literal

from cohere_cli.commands.flags.answer import AnswerFlags
from cohere_cli.commands.flags.base import (
    SENDS_NOTHING,
    answer_flag,
    model_flag,
    shown_flag,
)
from cohere_cli.record import value_class

_TOOL_CHOICES = (None, "auto", "none", "required")

CompatFormat = Literal["text", "markdown", "json", "jsonl", "events", "yaml"]


@value_class
class CompatFlags(AnswerFlags):
    """Flags of `co compat`."""

    command: ClassVar = "compat"

    check: Annotated[
        bool,
        shown_flag(
            "--check",
            is_common=True,
            text="Show how Cohere's endpoint treats each field, without sending. "
            "Exit 5 if it refuses one.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
    to_native: Annotated[
        bool,
        shown_flag(
            "--to-native",
            text="Print the body for `co chat -f`, without sending.",
            no_default=SENDS_NOTHING,
        ),
    ] = False
    output: Annotated[
        CompatFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            is_common=True,
            text="text, markdown, json or events; jsonl for --check, yaml for "
            "--dry-run and --to-native.",
            show_default="text",
        ),
    ] = None
    think_tags: Annotated[
        bool | None,
        shown_flag(
            "--think-tags/--no-think-tags",
            text="<think>...</think> at the start of an answer is thinking.",
            show_default="think-tags",
        ),
    ] = None
    tool_choice: Annotated[
        str | None,
        answer_flag(
            "--tool-choice",
            metavar="WORD|NAME",
            text="auto, none, required, or the name of a tool to call.",
        ),
    ] = None
    response_format: Annotated[
        str | None,
        answer_flag(
            "--response-format",
            metavar="WORD|FILE|JSON",
            input_file=True,
            is_common=True,
            text="text, json_object (or json), a JSON Schema, or the whole "
            "field as JSON.",
        ),
    ] = None
    reasoning_effort: Annotated[
        str | None,
        model_flag(
            "--reasoning-effort",
            metavar="WORD",
            text="Reasoning effort; Cohere supports `none` and `high`.",
        ),
    ] = None
    max_completion_tokens: Annotated[
        int | None,
        answer_flag(
            "--max-completion-tokens",
            metavar="N",
            min=0,
            text="OpenAI's newer name for --max-tokens.",
        ),
    ] = None

    def fields(self) -> dict[str, Any]:
        """Return the values under the field names of `/chat/completions`."""
        return {
            "stream": self.stream,
            "model": self.model,
            "max_tokens": self.max_tokens,
            "max_completion_tokens": self.max_completion_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
            "top_p": self.top_p,
            "stop": tuple(self.stop) if self.stop else None,
            "frequency_penalty": self.frequency_penalty,
            "presence_penalty": self.presence_penalty,
            "reasoning_effort": self.reasoning_effort,
            "tool_choice": self._tool_choice(),
        }

    @property
    def chosen_tool(self) -> str:
        """The name of the tool that must be called, or ""."""
        return "" if self.tool_choice in _TOOL_CHOICES else self.tool_choice or ""

    def _tool_choice(self) -> str | dict[str, Any] | None:
        if not self.chosen_tool:
            return self.tool_choice
        return {"type": "function", "function": {"name": self.chosen_tool}}
