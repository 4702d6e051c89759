import subprocess
import sys

import pytest

from cohere_cli.api.protocol.events import ContentDelta
from cohere_cli.errors import UsageProblem
from cohere_cli.render import create_renderer
from cohere_cli.render.channels import select_channels
from cohere_cli.render.json import EventsRenderer, JsonRenderer
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.render.markdown.renderer import MarkdownRenderer
from cohere_cli.render.plain import PlainRenderer
from cohere_cli.render.usage import UsageReporter
from cohere_cli.terminal import Terminal

PIPE = Terminal.fake()
SCREEN = Terminal.fake(tty=True)
DUMB = Terminal.fake(tty=True, environ={"TERM": "dumb"})
NO_COLOR = Terminal.fake(tty=True, environ={"TERM": "xterm", "NO_COLOR": "1"})


@pytest.mark.parametrize(
    ("terminal", "output", "kind"),
    [
        (PIPE, None, PlainRenderer),
        (PIPE, "text", PlainRenderer),
        (DUMB, "text", PlainRenderer),
        (SCREEN, None, LiveRenderer),
        (SCREEN, "text", LiveRenderer),
        (NO_COLOR, None, LiveRenderer),
        (SCREEN, "markdown", MarkdownRenderer),
        (PIPE, "markdown", MarkdownRenderer),
        (SCREEN, "json", JsonRenderer),
        (PIPE, "json", JsonRenderer),
        (PIPE, "events", EventsRenderer),
    ],
)
def test_the_renderer_fits_the_output_and_the_terminal(terminal, output, kind):
    assert type(create_renderer(terminal, output, lambda _: {})) is kind


@pytest.mark.parametrize("output", ["text", "markdown", "json", "events"])
def test_usage_is_metered_whatever_the_output(output):
    shown = select_channels("usage", None)
    assert (
        type(create_renderer(PIPE, output, lambda _: {}, shown=shown)) is UsageReporter
    )


def test_what_is_shown_reaches_the_renderer(play):
    terminal = Terminal.fake()
    shown = select_channels("thinking", None)
    thought = ContentDelta(type="thinking", text="Hm")
    play(create_renderer(terminal, None, lambda _: {}, shown=shown), [thought])
    assert (terminal.written, terminal.noted) == (b"", "│ Hm\n")
    screen = Terminal.fake(tty=True)
    play(
        create_renderer(
            screen, None, lambda _: {}, shown=select_channels(None, "thinking")
        ),
        [thought],
    )
    assert screen.written == b""


def test_an_unknown_output_is_refused():
    with pytest.raises(UsageProblem, match="unknown output format 'xml'") as raised:
        create_renderer(PIPE, "xml", lambda _: {})
    assert raised.value.hint == "formats: text, markdown, json, events"


def test_a_pipe_costs_no_import_of_rich():
    program = (
        "import sys, cohere_cli.render.tables.ranking as ranking\n"
        "from cohere_cli.render import create_renderer\n"
        "from cohere_cli.terminal import Terminal\n"
        "create_renderer(Terminal.fake(), None, dict)\n"
        "create_renderer(Terminal.fake(), 'markdown', dict)\n"
        "ranking.write_ranking(Terminal.fake(), None, (), ranking.RankingStyle())\n"
        "sys.exit('rich' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
