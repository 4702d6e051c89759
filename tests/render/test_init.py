import subprocess
import sys

import pytest

from cohere_cli.errors import UsageProblem
from cohere_cli.render import choose
from cohere_cli.render.live import Live
from cohere_cli.render.plain import Plain
from cohere_cli.render.records import Events, Json
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
        (SCREEN, "json", Json),
        (PIPE, "json", Json),
        (PIPE, "events", Events),
    ],
)
def test_the_renderer_fits_the_output_and_the_terminal(terminal, output, kind):
    assert type(choose(terminal, output, lambda _: {})) is kind


def test_an_unknown_output_is_refused():
    with pytest.raises(UsageProblem, match="there is no output format 'xml'") as raised:
        choose(PIPE, "xml", lambda _: {})
    assert raised.value.hint == "choose one of text, json, events"


def test_a_pipe_costs_no_import_of_rich():
    program = (
        "import sys, cohere_cli.render.ranking as ranking\n"
        "from cohere_cli.render import choose\n"
        "from cohere_cli.terminal import Terminal\n"
        "choose(Terminal.fake(), None, dict)\n"
        "ranking.choose_ranking(Terminal.fake(), None)\n"
        "sys.exit('rich' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
