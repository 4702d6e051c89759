"""The flags of `co compat`, under OpenAI's names."""

from dataclasses import dataclass
from typing import Annotated, Any

from cohere_cli.options.answer import AnswerFlags
from cohere_cli.options.panels import model_flag


@dataclass(frozen=True, kw_only=True)
class CompatFlags(AnswerFlags):
    """What `co compat` takes."""

    reasoning_effort: Annotated[
        str | None,
        model_flag(
            "--reasoning-effort", metavar="WORD", text="Cohere takes `none` and `high`."
        ),
    ] = None

    def fields(self) -> dict[str, Any]:
        """Return what these flags say in the field names of `/chat/completions`."""
        return {
            "model": self.model,
            "stream": self.stream,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
            "top_p": self.top_p,
            "stop": tuple(self.stop) if self.stop else None,
            "frequency_penalty": self.frequency_penalty,
            "presence_penalty": self.presence_penalty,
            "reasoning_effort": self.reasoning_effort,
        }
