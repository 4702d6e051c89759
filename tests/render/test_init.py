import subprocess
import sys

import pytest

from cohere_cli.api.protocol.events import ContentDelta
from cohere_cli.errors import UsageProblem
from cohere_cli.render import choose
from cohere_cli.render.channels import channels
from cohere_cli.render.json import Events, Json
from cohere_cli.render.live.renderer import Live
from cohere_cli.render.markdown.renderer import Footnoted
from cohere_cli.render.plain import Plain
from cohere_cli.render.usage import Metered
from cohere_cli.terminal import Terminal

PIPE = Terminal.fake()
SCREEN = Terminal.fake(tty=True)
DUMB = Terminal.fake(tty=True, environ={"TERM": "dumb"})
NO_COLOR = Terminal.fake(tty=True, environ={"TERM": "xterm", "NO_COLOR": "1"})


@pytest.mark.parametrize(
    ("terminal", "output", "kind"),
    [
        (PIPE, None, Plain),
        (PIPE, "text", Plain),
        (DUMB, "text", Plain),
        (SCREEN, None, Live),
        (SCREEN, "text", Live),
        (NO_COLOR, None, Live),
        (SCREEN, "markdown", Footnoted),
        (PIPE, "markdown", Footnoted),
        (SCREEN, "json", Json),
        (PIPE, "json", Json),
        (PIPE, "events", Events),
    ],
)
def test_the_renderer_fits_the_output_and_the_terminal(terminal, output, kind):
    assert type(choose(terminal, output, lambda _: {})) is kind


@pytest.mark.parametrize("output", ["text", "markdown", "json", "events"])
def test_usage_is_metered_whatever_the_output(output):
    shown = channels("usage", None)
    assert type(choose(PIPE, output, lambda _: {}, shown=shown)) is Metered


def test_what_is_shown_reaches_the_renderer(play):
    terminal = Terminal.fake()
    shown = channels("thinking", None)
    thought = ContentDelta(type="thinking", text="Hm")
    play(choose(terminal, None, lambda _: {}, shown=shown), [thought])
    assert (terminal.written, terminal.noted) == (b"", "│ Hm\n")
    screen = Terminal.fake(tty=True)
    play(
        choose(screen, None, lambda _: {}, shown=channels(None, "thinking")), [thought]
    )
    assert screen.written == b""


def test_an_unknown_output_is_refused():
    with pytest.raises(UsageProblem, match="there is no output format 'xml'") as raised:
        choose(PIPE, "xml", lambda _: {})
    assert raised.value.hint == "choose one of text, markdown, json, events"


def test_a_pipe_costs_no_import_of_rich():
    program = (
        "import sys, cohere_cli.render.tables.ranking as ranking\n"
        "from cohere_cli.render import choose\n"
        "from cohere_cli.terminal import Terminal\n"
        "choose(Terminal.fake(), None, dict)\n"
        "choose(Terminal.fake(), 'markdown', dict)\n"
        "ranking.choose_ranking(Terminal.fake(), None)\n"
        "sys.exit('rich' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
