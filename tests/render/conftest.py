from collections.abc import Callable, Iterable

import pyte
import pytest

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.render.renderer import Renderer
from cohere_cli.terminal import Terminal


@pytest.fixture
def play() -> Callable[[Renderer, Iterable[ChatEvent]], None]:
    def play(renderer, events):
        with renderer:
            for event, reply in accumulate(events):
                renderer.show(event, reply)

    return play


@pytest.fixture
def lines_on() -> Callable[..., list[str]]:
    """All lines that a terminal shows, with those that were scrolled away."""

    def lines_on(terminal: Terminal, rows: int = 24) -> list[str]:
        columns = terminal.width
        screen = pyte.HistoryScreen(columns, rows, history=100_000)
        screen.set_mode(pyte.modes.LNM)  # as a tty in cooked mode: \n is \r\n
        pyte.Stream(screen).feed(terminal.written.decode())
        assert (screen.cursor.x, screen.cursor.hidden) == (0, False)
        gone = (
            "".join(row[x].data for x in range(columns)) for row in screen.history.top
        )
        lines = [line.rstrip() for line in (*gone, *screen.display)]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    return lines_on
