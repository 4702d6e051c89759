"""What each exit code means: the table of `co help exit-codes`."""

from collections.abc import Iterator
from typing import Any

from cohere_cli.commands.help.layout import Heading, Part, Row, Rows, Text
from cohere_cli.errors import CoError, ExitCode

MEANINGS = {
    ExitCode.COMPLETE: "complete",
    ExitCode.BUG: "a bug in co; CO_DEBUG=1 shows where",
    ExitCode.USAGE: "usage: flags that contradict each other, no prompt",
    ExitCode.INPUT: "a profile, a variable or an input file is refused; nothing sent",
    ExitCode.AUTH: "no key, a wrong key: HTTP 401, 403, 498",
    ExitCode.REFUSED: "the server refuses the request: HTTP 400, 404, 422, ...",
    ExitCode.LIMITED: "rate or billing limit: HTTP 429 after retries, 402; --max-cost",
    ExitCode.UNREACHABLE: "unreachable: DNS, refused, TLS, proxy",
    ExitCode.SERVER_FAULT: "the server failed (5xx), redirects or replies wrongly",
    ExitCode.NOT_FOUND: "nothing was found; in rerank and search with --exit-status",
    ExitCode.PARTIAL: "some requests or records failed, the others were written",
    ExitCode.DENIED: "a tool call was refused, or could not be confirmed",
    ExitCode.INCOMPLETE: "the answer is incomplete; what came is on standard output",
    ExitCode.UNWRITABLE: "standard output cannot be written",
    ExitCode.TIMEOUT: "timeout: no data, or the whole call took too long",
}
"""Each code in one line."""

_SIGNALS = Row("129, 130, 141, 143", "ended by the signal HUP, INT, PIPE or TERM")


def page(_root: Any) -> Iterator[Part]:
    """Yield the codes with their meanings, and the kinds of errors of each."""
    yield Text("Exit codes. They never change, so that scripts can rely on them.")
    yield Heading("Codes")
    rows = (Row(str(int(code)), text) for code, text in MEANINGS.items())
    yield Rows((*rows, _SIGNALS), is_table=True)
    yield Heading("Kinds of errors, in the lines of --errors json")
    yield Rows(tuple(_kinds()), is_table=True)
    yield Text(
        "Worth another try, after a pause: 6 (unless by --max-cost), 7, 8, 18, 28; "
        "10 with --resume. See docs/exit-codes.md for retries and a loop in bash."
    )


def _kinds() -> Iterator[Row]:
    kinds: dict[int, list[str]] = {}
    for one in sorted(_classes(CoError), key=lambda one: one.kind):
        kinds.setdefault(int(one.exit_code), []).append(one.kind)
    for code, names in sorted(kinds.items()):
        yield Row(str(code), ", ".join(dict.fromkeys(names)))


def _classes(of: type[CoError]) -> Iterator[type[CoError]]:
    for below in of.__subclasses__():
        yield from _classes(below)
    yield of
