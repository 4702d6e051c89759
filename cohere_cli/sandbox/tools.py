"""Which tools to call, and with what: those that share words with the prompt."""

import json
from collections.abc import Sequence

from cohere_cli.api.bodies import Tool
from cohere_cli.sandbox.answer import Answer, Call
from cohere_cli.sandbox.instance import instance
from cohere_cli.sandbox.words import spelt_out, telling

# What nearly every description of a tool says, whatever the tool does.
_EVERY_TOOL = telling(
    "tool function call return retrieve fetch find search look provide give help "
    "take show compute calculate run make input output value result data information"
)


def calls_for(prompt: str, tools: Sequence[Tool], *, required: bool) -> Answer | None:
    """Return the calls that *prompt* asks for; None where no tool fits.

    A tool fits when its name or description has a telling word of the prompt. If
    some call is *required*, the first tool has to do.
    """
    chosen = [tool for tool in tools if _fits(prompt, tool)]
    if not chosen and required:
        chosen = [*tools[:1]]
    if not chosen:
        return None
    return Answer(
        plan=_plan([tool.function.name for tool in chosen]),
        calls=tuple(_call(prompt, tool) for tool in chosen),
        finish_reason="TOOL_CALL",
        thinking="Some tools share words with the request, so they are called.",
    )


def _fits(prompt: str, tool: Tool) -> bool:
    name = telling(spelt_out(tool.function.name))
    about = telling(tool.function.description or "") - _EVERY_TOOL
    return not (name - _EVERY_TOOL or name).isdisjoint(telling(prompt)) or not (
        about.isdisjoint(telling(prompt))
    )


def _plan(names: list[str]) -> str:
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"I will call {listed} for this."


def _call(prompt: str, tool: Tool) -> Call:
    parameters = tool.function.parameters
    filled = instance({"type": "object", **parameters}, prompt)
    return Call(
        tool.function.name, json.dumps(filled, ensure_ascii=False) if filled else ""
    )
