"""What is wrong with a server, as an error to report: translated from the package's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cohere_cli.errors import (
    CoError,
    NotAuthenticated,
    ServerFault,
    TimedOut,
    Unreachable,
)
from cohere_cli.text import shortened
from cohere_cli.tools.mcp.content import plain_text

if TYPE_CHECKING:
    from cohere_cli.tools.mcp.connection import Connection

_LONGEST = 500  # characters of what a server says
_UNAUTHORIZED = (401, 403)


class Refused(ServerFault):
    """The server works, and has refused this request."""


def problem_of(exc: BaseException, connection: "Connection") -> CoError:
    """Return the error of *connection* that *exc* is."""
    import httpx2
    from mcp.shared.exceptions import MCPError
    from pydantic import ValidationError

    title = connection.server.title
    problems = [*_leaves(exc)]
    for one in problems:
        match one:
            case CoError():
                return one
            case MCPError():
                return _refused(one, connection)
            case ValidationError():
                what = f"{title} sent an invalid reply: {_first_error(one)}"
                return ServerFault(what, hint=_CHECK.format(connection.server.name))
            case httpx2.TimeoutException():
                return TimedOut(f"{title} did not answer in time")
            case httpx2.ConnectError():
                what = f"{title} cannot be reached: {_quoted(one)}"
                return Unreachable(what, where=connection.server.url)
            case httpx2.HTTPError():
                return ServerFault(f"{title} failed: {_quoted(one)}")
            case _:
                continue
    what = f"{title} failed: {type(problems[0]).__name__}: {_quoted(problems[0])}"
    return ServerFault(what, hint=_CHECK.format(connection.server.name))


_CHECK = "`co mcp check {}` shows what it answers"


def _leaves(exc: BaseException) -> Iterator[BaseException]:
    """Yield *exc*, or what is in it if it is a group."""
    if isinstance(exc, BaseExceptionGroup):
        for one in exc.exceptions:
            yield from _leaves(one)
    else:
        yield exc


def _refused(exc: BaseException, connection: "Connection") -> CoError:
    from mcp.shared.exceptions import MCPError
    from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT

    assert isinstance(exc, MCPError)  # noqa: S101 - for the type checker
    title = connection.server.title
    status = connection.http.status if connection.http else 0
    if status in _UNAUTHORIZED:
        what = f"{title} refuses the key" if status else title
        hint = "key_command or headers of the server send one"
        return NotAuthenticated(what, where=f"HTTP {status}", hint=hint)
    process = connection.process
    # A server may send this code, too.
    if exc.code == CONNECTION_CLOSED and process and process.is_closed:
        words = _on_one_line(process.last_words)
        hint = f"it wrote: {words}" if words else ""
        return ServerFault(f"{title} {process.state}", hint=hint)
    if exc.code == REQUEST_TIMEOUT:
        return TimedOut(f"{title} did not reply in time")
    where = f"HTTP {status}" if status else ""
    return Refused(f"{title} refused: {_quoted(exc)}", where=where)


def _first_error(exc: BaseException) -> str:
    from pydantic import ValidationError

    assert isinstance(exc, ValidationError)  # noqa: S101 - for the type checker
    first = exc.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return _on_one_line(f"{place}: {first['msg']}")


def _quoted(exc: BaseException) -> str:
    return _on_one_line(str(exc) or type(exc).__name__)


def _on_one_line(text: str) -> str:
    """Return what a server may have written, so that it can stand in a message."""
    return shortened(" ".join(plain_text(text).split()), _LONGEST)
