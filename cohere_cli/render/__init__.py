"""Output formats of a reply: `FORMATS`, from their names to their renderers."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from cohere_cli.errors import UsageProblem
from cohere_cli.record import EMPTY
from cohere_cli.text import did_you_mean

if TYPE_CHECKING:
    from cohere_cli.render.renderer import Renderer, ResponseShape
    from cohere_cli.terminal import Terminal

FORMATS = {
    "text": "cohere_cli.render.plain:PlainRenderer",
    "markdown": "cohere_cli.render.markdown.renderer:MarkdownRenderer",
    "json": "cohere_cli.render.json:JsonRenderer",
    "events": "cohere_cli.render.json:EventsRenderer",
}
"""Name -> module and class, imported when chosen; the first name is the default."""

# In place of "text" where styles are shown. Rich costs 100 ms to import.
_LIVE = "cohere_cli.render.live.renderer:LiveRenderer"


def create_renderer(
    terminal: "Terminal",
    output: str | None,
    shape: "ResponseShape",
    *,
    shown: frozenset[str] | None = None,
    block: str | None = None,
    calls: Mapping[str, str] = EMPTY,
) -> "Renderer":
    """Return the renderer for *output*, a name in `FORMATS`; None is the default.

    With *block*, it is the one of that code block: see `wanted_block`.

    *shape* turns a reply into the object that `json` writes. *shown* is what
    `select_channels` returned; None is `DEFAULT_CHANNELS`. The formats for programs
    only heed `usage` of it. *calls* are `call_titles` of the request. Raises
    `UsageProblem` for an unknown format.
    """
    from cohere_cli.render.renderer import DEFAULT_CHANNELS

    name = output or next(iter(FORMATS))
    if name not in FORMATS:
        formats = f"formats: {', '.join(FORMATS)}"
        hint = did_you_mean(name, FORMATS)
        hint = f"{hint} {formats}" if hint else formats
        raise UsageProblem(f"unknown output format {name!r}", hint=hint)
    kind = _LIVE if is_live(terminal, output) else FORMATS[name]
    shown = DEFAULT_CHANNELS if shown is None else shown
    if block is None:
        renderer = _load(kind)(terminal, shown, shape, calls)
    else:
        from cohere_cli.render.markdown.code_blocks import CodeBlockRenderer

        renderer = CodeBlockRenderer(terminal, shown, shape, block)
    if "usage" not in shown:
        return renderer
    from cohere_cli.render.usage import UsageReporter

    return UsageReporter(renderer, terminal)


def is_live(terminal: "Terminal", output: str | None) -> bool:
    """Whether the reply is drawn while it arrives."""
    return output in (None, "text") and terminal.can_style


def load_live() -> None:
    """Import what draws a reply."""
    _load(_LIVE)


def _load(name: str) -> "type[Renderer]":
    module, _, cls = name.partition(":")
    found: type[Renderer] = getattr(import_module(module), cls)
    return found
