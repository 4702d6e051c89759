"""A session with a mock server, whose lines a test has written beforehand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cohere_cli.commands.call.session import profiles_of_call
from cohere_cli.commands.chat import send_turn
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.commands.session.loop import run_session
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.conversation import Conversation
from cohere_cli.sandbox import running
from cohere_cli.sandbox.server import Sandbox
from cohere_cli.terminal import Terminal


class Person:
    """Types *lines* one after the other; `drafts` are those that were offered."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.drafts: list[str] = []
        self._lines: list[str] = []

    def read(self, draft: str = "") -> str:
        self.drafts.append(draft)
        if not self._lines:
            raise EOFError
        return self._lines.pop(0)

    def types(self, *lines: str) -> str:
        """Return the notes that follow *lines*."""
        before = len(self.session.terminal.noted)
        self._lines, self.drafts = [*lines], []
        run_session(self.session, self)
        return self.session.terminal.noted[before:]

    @property
    def turns(self) -> dict:
        return self.session.conversation.turns

    def messages(self, number: int) -> list[tuple[str, str]]:
        """Return the role and the text of the messages that turn *number* added."""
        return [
            (one["role"], str(one["content"]))
            for one in self.turns[number].request["messages"]
        ]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running() as served:
        yield served


@pytest.fixture
def sit_down(tmp_path: Path, sandbox: Sandbox) -> Callable[..., Person]:
    """Return what begins a session with some flags."""

    def begin(
        url: str = sandbox.url, key: str = sandbox.key, **flags: object
    ) -> Person:
        environ = {
            "TERM": "dumb",
            "CO_API_KEY": key,
            "CO_CONFIG_DIR": str(tmp_path / "config"),
            "CO_DATA_DIR": str(tmp_path / "data"),
            "CO_CACHE_DIR": str(tmp_path / "cache"),
            "EDITOR": "false",
        }
        terminal = Terminal.fake(tty=True, environ=environ)
        given = {"base_url": url, "profiles": profiles_of_call(None, terminal), **flags}
        session = Session(ChatFlags(**given), Conversation(), terminal, send_turn)
        return Person(session)

    return begin


@pytest.fixture
def person(sit_down: Callable[..., Person]) -> Person:
    return sit_down()
