"""Errors and their exit codes.

CoError
├── UsageProblem       2   flags or arguments that contradict each other
├── ConfigProblem      3   a profile, an environment variable, the config file
├── InputProblem       3   a file or standard input that cannot be used
├── NotAuthenticated   4   no key, a wrong key, a key without permission
├── RequestRefused     5   the server refuses the request; a retry does not help
├── RateLimited        6   too many requests, or a limit of the key is reached
│   └── CostLimited    6   a limit on cost that the user has set
├── Unreachable        7   no connection: DNS, refused, TLS, proxy
├── ServerFault        8   the server failed, or its reply is invalid
├── NothingFound       9   a search found nothing
├── BatchesFailed     10   some parts of a batch failed, the others were written
├── ToolDenied        11   a tool call was refused, or could not be confirmed
├── AnswerIncomplete  18   the answer ended early; what arrived was shown
├── OutputUnwritable  23   standard output cannot be written
└── TimedOut          28   no data from the server, or the call took too long

Any other exception is a bug in `co`: exit code 1. A signal ends the process itself
(128 + its number in a shell).
"""

from enum import IntEnum, unique
from typing import Any, Self

from cohere_cli.text import shortened


@unique
class ExitCode(IntEnum):
    """The published exit codes; they never change, because scripts depend on them."""

    COMPLETE = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    AUTH = 4
    REFUSED = 5
    LIMITED = 6
    UNREACHABLE = 7
    SERVER_FAULT = 8
    NOT_FOUND = 9
    PARTIAL = 10
    DENIED = 11
    INCOMPLETE = 18
    UNWRITABLE = 23
    TIMEOUT = 28


class CoError(Exception):
    """An error to report: a message, a hint and an exit code.

    *what* is a lower-case clause without a full stop. *where* is the file and
    line, the URL or the request id. *hint* is the remedy. `details` are values for
    programs: `status`, `request_id` and `retry_after` (seconds) of a response.
    """

    exit_code = ExitCode.BUG
    kind = "bug"

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        self.details: dict[str, Any] = {}

    def __str__(self) -> str:
        what = shortened(self.what)
        return f"{what} ({self.where})" if self.where else what

    def as_object(self) -> dict[str, Any]:
        """Return the error as an object of JSON; what is unknown is left out."""
        texts = {"message": self.what, "where": self.where, "hint": self.hint}
        return {
            "exit": int(self.exit_code),
            "kind": self.kind,
            **{name: text for name, text in texts.items() if text},
            **self.details,
        }


_PREDICATES = ("is ", "has ", "contains ", "cannot be ")


class _ProblemOfAFile(CoError):
    """An error whose *where* is a file: the subject of a clause that has none."""

    def __str__(self) -> str:
        if self.where and self.what.startswith(_PREDICATES):
            return f"{self.where} {shortened(self.what)}"
        return super().__str__()


class UsageProblem(CoError):
    """Flags or arguments contradict each other."""

    exit_code = ExitCode.USAGE
    kind = "usage"


class Declined(UsageProblem):
    """The user answered no to a question: reported in a plain line, not as an error."""


class ConfigProblem(_ProblemOfAFile):
    """A profile, an environment variable or the config file cannot be used."""

    exit_code = ExitCode.INPUT
    kind = "config"


class InputProblem(_ProblemOfAFile):
    """A file or standard input cannot be used; nothing was sent."""

    exit_code = ExitCode.INPUT
    kind = "input"


class NotAuthenticated(CoError):
    """The key is missing, or the server does not accept it."""

    exit_code = ExitCode.AUTH
    kind = "not_authenticated"


class RequestRefused(CoError):
    """The server refused the request; a retry does not help."""

    exit_code = ExitCode.REFUSED
    kind = "refused"


class RateLimited(CoError):
    """Too many requests, or a limit of the key or on cost is reached."""

    exit_code = ExitCode.LIMITED
    kind = "rate_limited"


class CostLimited(RateLimited):
    """A limit on cost that the user has set; another attempt costs the same."""

    kind = "cost_limited"


class Unreachable(CoError):
    """No connection could be made."""

    exit_code = ExitCode.UNREACHABLE
    kind = "unreachable"


class ServerFault(CoError):
    """The server failed, or its reply is invalid."""

    exit_code = ExitCode.SERVER_FAULT
    kind = "server_fault"


class NothingFound(CoError):
    """A search found nothing, or nothing that may be shown."""

    exit_code = ExitCode.NOT_FOUND
    kind = "nothing_found"


class BatchesFailed(CoError):
    """Some parts of a batch failed; the others were written."""

    exit_code = ExitCode.PARTIAL
    kind = "partial"


class ToolDenied(CoError):
    """A tool call was refused, or could not be confirmed."""

    exit_code = ExitCode.DENIED
    kind = "tool_denied"


class AnswerIncomplete(CoError):
    """The answer ended before its end event; what arrived was shown."""

    exit_code = ExitCode.INCOMPLETE
    kind = "incomplete"


class OutputUnwritable(CoError):
    """Standard output cannot be written."""

    exit_code = ExitCode.UNWRITABLE
    kind = "unwritable"


class TimedOut(CoError):
    """No data arrived for too long, or the whole call took too long."""

    exit_code = ExitCode.TIMEOUT
    kind = "timeout"


class SignalReceived(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def signal_behind(exc: BaseException | None) -> SignalReceived | None:
    """Return the signal that *exc* was raised for; None if there is none.

    Python makes a RuntimeError of what is raised while a class is made.
    """
    seen = set[int]()  # causes may form a circle
    while exc is not None and not isinstance(exc, SignalReceived):
        if id(exc) in seen:
            return None
        seen.add(id(exc))
        exc = exc.__cause__ or exc.__context__
    return exc


class RetryNotice(str):
    """A line about a request that is sent again after some `seconds`.

    *problem* is why, and `cause` the same in few words; *what* is what is done.
    """

    __slots__ = ("cause", "seconds")
    cause: str
    seconds: float

    def __new__(cls, problem: CoError, what: str, seconds: float) -> Self:
        """Return the line."""
        line = super().__new__(cls, f"{problem}; {what}")
        line.seconds = seconds
        line.cause = _cause(problem)
        return line


def _cause(problem: CoError) -> str:
    if isinstance(problem, RateLimited):
        return "rate limit"
    status = problem.details.get("status")
    return f"HTTP {status}" if status else shortened(problem.what)
