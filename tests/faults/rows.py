"""A row of the fault matrix: how `co` is run, and what must hold afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from tests.faults.troubles import Reply
from tests.raw_server import Request

CANARY = "canary+8Zq3/vN5xW1tK7mB2"
"""The key of every run. It must turn up nowhere but in the Authorization header."""

ASK = ("chat", "Hi", "--base-url", "{url}")
ONCE = (*ASK, "--retries", "0")
AGAIN = "co: *; retrying in * s (* of *)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run. `peak` is in KiB, `ending` the seconds after the signal."""

    code: int
    out: bytes
    err: str
    peak: int
    seconds: float
    ending: float
    requests: list[Request]
    elsewhere: list[Request]
    home: Path


@dataclass(frozen=True, slots=True)
class Stop:
    """Signals for the run's process group, as soon as *after* stands in its output."""

    signals: tuple[Signals, ...]
    after: bytes = b"Hi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault. In *words*, *env*, *shell* and *replies*, `{url}` is the fault server,
    `{other}` a server on another port that nobody may ask, and `{home}` the home.

    *replies* answer one connection each. *shell* is a line of bash for which `"$@"`
    is the command. *says* is standard error line by line; * is anything.
    """

    case: str
    fault: str
    words: tuple[str, ...] = ASK
    replies: tuple[Reply, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    stdin: bytes | None = None
    shell: str = ""
    stop: Stop | None = None
    before: Callable[[Path], object] = lambda _: None
    slow: bool = False  # only in the full run

    code: int = 0
    out: bytes | None = b""
    says: tuple[str, ...] | None = ()
    requests: int | None = None
    gap: float = 0.0
    within: float = 30.0
    also: Callable[[Outcome], Iterator[str]] = lambda _: iter(())


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault that takes more than one run: *act* yields what did not hold."""

    case: str
    fault: str
    act: Callable[[Path], Iterator[str]]
    codes: tuple[int, ...] = ()
    slow: bool = False


Case = Row | Trial

LATER: dict[str, str] = {}
"""Cases that are not counted, and why."""
