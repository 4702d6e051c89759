"""What did not hold of a run: by its row, and by what holds for every run."""

import re
from base64 import b64encode
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from tests.faults.rows import CANARY, Outcome, Row

MOST_MEMORY = 64 << 10
"""KiB above what an ordinary answer takes."""

LEAKED = "the key is in"
MUCH = 1 << 30
"""KiB: for a run whose memory does not matter."""

_ENDS = 2.0  # seconds after a signal: one, where nobody else is at work
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def failures_of(row: Row, outcome: Outcome, base: int) -> Iterator[str]:
    """Yield a sentence for each thing that does not hold; *base* is in KiB."""
    yield from _ending(row, outcome)
    yield from _streams(row, outcome)
    yield from _wire(row, outcome)
    if outcome.peak > base + MOST_MEMORY:
        yield f"memory went up to {outcome.peak >> 10} MiB, from {base >> 10} MiB"
    for place in leaks_of(outcome):
        yield f"{LEAKED} {place}"
    yield from row.also(outcome)


def _ending(row: Row, outcome: Outcome) -> Iterator[str]:
    if outcome.code != row.code:
        yield f"exit code {outcome.code}, not {row.code}: {outcome.err[-300:]!r}"
    if outcome.seconds > row.within:
        yield f"it took {outcome.seconds:.1f} s, not at most {row.within} s"
    if row.stop and outcome.ending > _ENDS + 0.1 * len(row.stop.signals):
        yield f"it took {outcome.ending:.1f} s to end after the signal"


def _streams(row: Row, outcome: Outcome) -> Iterator[str]:
    if row.out is not None and outcome.out != row.out:
        yield f"output {outcome.out[:300]!r}, not {row.out[:300]!r}"
    if row.says is not None and not _is_reported(row.says, outcome.err):
        yield f"wrote {outcome.err[:500]!r}, not {row.says!r}"
    if _ACTING.search(outcome.err):
        yield "a control character is on standard error"
    if "Traceback" in outcome.err:
        yield "a traceback"


def _is_reported(patterns: tuple[str, ...], err: str) -> bool:
    lines = err.split("\n")
    if lines.pop() or len(lines) != len(patterns):
        return False
    return all(map(_fits, patterns, lines))


def _fits(pattern: str, line: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), line) is not None


def _wire(row: Row, outcome: Outcome) -> Iterator[str]:
    count = len(outcome.requests)
    expected = len(row.replies) if row.requests is None else row.requests
    if count != expected:
        yield f"{count} requests, not {expected}"
    if outcome.elsewhere:
        yield "somebody else was asked"
    times = [request.at for request in outcome.requests]
    for first, second in pairwise(times):
        if second - first < row.gap:
            yield f"a request after {second - first:.2f} s, not {row.gap} s"


def leaks_of(outcome: Outcome) -> Iterator[str]:
    """Yield the places where the key has turned up."""
    if holds_key(outcome.out):
        yield "the output"
    if holds_key(outcome.err.encode()):
        yield "standard error"
    if any(holds_key(one.head.encode() + one.body) for one in outcome.elsewhere):
        yield "what another server was sent"
    for request in outcome.requests:
        if holds_key(request.body) or request.head.count(CANARY) > 1:
            yield "a request, outside the Authorization header"
    for path in files_with_key(outcome.home):
        yield path.name


def files_with_key(home: Path) -> Iterator[Path]:
    """Yield the files, but for those that are meant to, which hold the key."""
    for path in home.rglob("*"):
        if path.is_file() and path.name not in ("keys.toml", ".in", "key"):
            with path.open("rb") as file:
                if holds_key(file.read(1 << 20)):
                    yield path


def holds_key(data: bytes) -> bool:
    """Whether the key is in *data*: as it is, in base64, or escaped up to four times."""
    text = data.decode("latin-1")
    for _ in range(_DEPTH):
        if any(form in text for form in _FORMS):
            return True
        text = _unescaped(text)
    return False


_DEPTH = 5
_ESCAPED = re.compile(r"\\(?:u00|x)([\dA-Fa-f]{2})|\\([^ux])")


def _unescaped(text: str) -> str:
    """Return *text* with one layer of escapes of JSON, URLs and HTML removed."""
    text = _ESCAPED.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else found[2], text
    )
    return unescape(unquote(text, "latin-1"))


def _forms() -> Iterator[str]:
    yield CANARY
    for shift in range(3):
        # The last characters depend on what follows the key, the first on what precedes.
        whole = b64encode(b"x" * shift + CANARY.encode()).decode().rstrip("=")
        form = whole[4 if shift else 0 : -2]
        yield from (form, form.replace("+", "-").replace("/", "_"))


_FORMS = tuple(_forms())
