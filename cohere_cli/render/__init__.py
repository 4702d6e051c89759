"""Events and results to characters. Never sees the client."""

from collections.abc import Callable
from typing import Any

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import UsageProblem
from cohere_cli.render.channels import DEFAULT_CHANNELS
from cohere_cli.render.json import EventsRenderer, JsonRenderer
from cohere_cli.render.plain import PlainRenderer
from cohere_cli.render.renderer import Renderer
from cohere_cli.terminal import Terminal

FORMATS = ("text", "markdown", "json", "events")
"""The formats of a reply, the usual one first."""


def create_renderer(
    terminal: Terminal,
    output: str | None,
    shape: Callable[[Reply], dict[str, Any]],
    *,
    shown: frozenset[str] | None = None,
) -> Renderer:
    """Return the renderer for *output*, one of `FORMATS`; None: the usual one.

    *shape* turns a reply into the object of a response that is not streamed.
    *shown* comes from `channels`; None is `DEFAULT_URL`. Of it only `usage` matters to
    the formats for programs. Raises `UsageProblem` for an unknown format.
    """
    shown = DEFAULT_CHANNELS if shown is None else shown
    renderer = _renderer(terminal, output, shape, shown)
    if "usage" not in shown:
        return renderer
    from cohere_cli.render.usage import UsageReporter

    return UsageReporter(renderer, terminal)


def _renderer(
    terminal: Terminal,
    output: str | None,
    shape: Callable[[Reply], dict[str, Any]],
    shown: frozenset[str],
) -> Renderer:
    match output:
        case None | "text":
            return _text(terminal, shown)
        case "markdown":
            from cohere_cli.render.markdown.renderer import MarkdownRenderer

            return MarkdownRenderer(terminal, shown)
        case "json":
            return JsonRenderer(terminal, shape)
        case "events":
            return EventsRenderer(terminal)
        case _:
            raise UsageProblem(
                f"there is no output format {output!r}",
                hint=f"choose one of {', '.join(FORMATS)}",
            )


def _text(terminal: Terminal, shown: frozenset[str]) -> Renderer:
    if not terminal.can_draw:
        return PlainRenderer(terminal, shown)
    # Rich costs 100 ms to import.
    from cohere_cli.render.live.renderer import LiveRenderer

    return LiveRenderer(terminal, shown=shown)
