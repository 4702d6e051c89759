"""What a transcript has of the steps of an answer: plans, calls, and folded results."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.render.tables.tool_calls import call_line, call_title
from cohere_cli.render.tables.tool_results import folded_rows
from cohere_cli.terminal import Terminal, clean, clean_line
from cohere_cli.text import plural


class _Call(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...


class _Result(Protocol):
    @property
    def call(self) -> _Call: ...

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def problem(self) -> str: ...


def result_title(result: _Result) -> str:
    """Return the call of a result, and how many rows it has or why it failed."""
    ending = result.problem or plural(len(result.rows), "row")
    return f"{call_title(result.call.name, result.call.text)}: {ending}"


def write_results(terminal: Terminal, results: Iterable[_Result]) -> None:
    """Write the first rows of each of *results*, after a line with its call."""
    for result in results:
        _write(terminal, f"← {clean_line(result_title(result))}", "dim")
        if not result.problem:
            for line in folded_rows(result.rows, terminal.width):
                _write(terminal, line, "dim")
    terminal.write("\n")


def write_calls(terminal: Terminal, reply: Reply) -> None:
    """Write the plan and the calls of a reply as lines of a text."""
    plan = str(reply.tool_plan).strip()
    for line in clean(plan).splitlines():
        terminal.write(f"│ {line}".rstrip() + "\n")
    for _, call in sorted(reply.tool_calls.items()):
        line = call_line(call.name, str(call.arguments).strip())
        terminal.write(f"→ {clean_line(line)}\n")


def _write(terminal: Terminal, line: str, style: str) -> None:
    if not terminal.can_style:
        terminal.write(f"{line}\n")
        return
    from cohere_cli.render.rich_rows import RowRenderer

    terminal.draw(f"{RowRenderer(terminal).styled(line, style)}\n")
