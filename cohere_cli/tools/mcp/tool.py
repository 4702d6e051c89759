"""A tool of a server, which the model can call."""

import json
from concurrent.futures import CancelledError
from threading import Event
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import CoError
from cohere_cli.tools.mcp.connection import Connection
from cohere_cli.tools.mcp.content import outcome_of, plain_text
from cohere_cli.tools.mcp.loop_thread import Stopped
from cohere_cli.tools.mcp.schema import is_sane, without_limits
from cohere_cli.tools.tool import Json, Outcome, RunnableTool

if TYPE_CHECKING:
    from mcp.client.session import ClientSession
    from mcp_types import CallToolResult, Tool

_LONGEST = 4000  # characters of a description
_ANY: Json = {"type": "object"}


class McpTool(RunnableTool):
    """A tool of the server that *connection* is to; the model calls it *name*.

    `left_out` are the keywords of its schema that the API does not take.
    """

    def __init__(self, connection: Connection, tool: "Tool", name: str) -> None:
        self.connection = connection
        self.own_name = tool.name
        self.origin = connection.server.title
        self.approve = connection.server.approve
        parameters, self.left_out = without_limits(tool.input_schema)
        self._schema = tool.input_schema if is_sane(tool.input_schema) else _ANY
        text = plain_text(tool.description or tool.title or tool.name)
        self.declaration = {
            "type": "function",
            "function": {
                "name": name,
                "description": text[:_LONGEST],
                "parameters": parameters,
            },
        }

    @property
    def schema(self) -> Json:
        """The schema as the server has it: arguments are checked by all of it."""
        return self._schema

    def shown(self, arguments: Json) -> str:
        """Return the server, the tool by its own name, and the arguments as JSON."""
        text = json.dumps(arguments, ensure_ascii=False)
        return f"{self.connection.server.name}: {self.own_name} {text}"

    def run(self, arguments: Json, stop: Event) -> Outcome:
        """Call it; a server that fails, hangs or asks for more is a failed outcome."""
        title = self.connection.server.title

        async def call(session: "ClientSession") -> "CallToolResult | None":
            return await _call(session, self.own_name, dict(arguments))

        try:
            result = self.connection.run(call, stop)
        except Stopped:
            return Outcome.failed("the call was stopped")
        except (CoError, CancelledError) as exc:
            problem = plain_text(str(exc) or f"{title} is closed")
            return Outcome.failed(problem, plain_text(getattr(exc, "hint", "")))
        if result is None:
            what = f"{title} asks for more input, which co does not give"
            return Outcome.failed(what)
        return outcome_of(result)


async def _call(
    session: "ClientSession", name: str, arguments: dict[str, Any]
) -> "CallToolResult | None":
    """Call a tool; None if the server wants more than the arguments.

    Not by the session's own `call_tool`, which checks the result by a schema of the
    server: a pattern in it may take for ever.
    """
    from mcp_types import (
        CallToolRequest,
        CallToolRequestParams,
        CallToolResult,
        InputRequiredResult,
    )
    from pydantic import TypeAdapter

    params = CallToolRequestParams(name=name, arguments=arguments)
    kind: TypeAdapter[CallToolResult | InputRequiredResult] = TypeAdapter(
        CallToolResult | InputRequiredResult
    )
    result = await session.send_request(CallToolRequest(params=params), kind)
    return result if isinstance(result, CallToolResult) else None
