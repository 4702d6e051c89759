"""The tools that `co` has itself: `calculator` and `now`; off unless they are named."""

from collections.abc import Mapping
from datetime import datetime
from threading import Event
from typing import Any

from cohere_cli.tools.calculator import InvalidExpression, calculate
from cohere_cli.tools.tool import Json, Outcome, RunnableTool

ORIGIN = "built-in"
"""Where they come from, and their file in `co tools run`."""

_FUNCTIONS = (
    "+ - * / // % **, parentheses, abs, min, max, round, floor, ceil, sqrt, exp, log, "
    "log2, log10, sin, cos, tan, pi, e"
)


class _BuiltIn(RunnableTool):
    """A tool that does nothing but compute."""

    approve = "always"
    origin = ORIGIN

    def shown(self, arguments: Json) -> str:
        """Return the call as a call in a program."""
        given = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        return f"{self.name}({given})"


class Calculator(_BuiltIn):
    """Evaluates an expression of numbers."""

    declaration: Json = {  # noqa: RUF012 - as of other tools, it is not changed
        "type": "function",
        "function": {
            "name": "calculator",
            "description": f"Computes an expression of numbers exactly: {_FUNCTIONS}.",
            "parameters": {
                "type": "object",
                "properties": {
                    "expression": {
                        "type": "string",
                        "description": "Such as (1200 - 80) * 1.19",
                    }
                },
                "required": ["expression"],
            },
        },
    }

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Return the row with the result."""
        expression = str(arguments["expression"])
        try:
            result = calculate(expression)
        except InvalidExpression as exc:
            return Outcome.failed(str(exc))
        return Outcome([{"expression": expression, "result": result}])


class Now(_BuiltIn):
    """Tells the time."""

    declaration: Json = {  # noqa: RUF012 - as of other tools, it is not changed
        "type": "function",
        "function": {
            "name": "now",
            "description": "Returns the date, the time and the day of the week.",
            "parameters": {
                "type": "object",
                "properties": {
                    "timezone": {
                        "type": "string",
                        "description": "Such as Europe/Berlin; else that of the user.",
                    }
                },
            },
        },
    }

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Return the row with the time."""
        try:
            time = _time_in(arguments.get("timezone"))
        except (OSError, ValueError, KeyError):
            return Outcome.failed("there is no such time zone")
        row = {
            "time": time.isoformat(timespec="seconds"),
            "day": time.strftime("%A"),
            "timezone": str(arguments.get("timezone") or time.tzname()),
        }
        return Outcome([row])


def _time_in(zone: Any) -> datetime:
    if not zone:
        return datetime.now().astimezone()
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(str(zone)))


BUILT_IN: Mapping[str, RunnableTool] = {
    tool.name: tool for tool in (Calculator(), Now())
}
"""The built-in tools by name."""
