"""What can go wrong, and the exit code that says so.

CoError
├── UsageProblem       2   flags or arguments that make no sense together
├── ConfigProblem      3   a profile, an environment variable, the config file
├── InputProblem       3   a file or standard input that cannot be used
├── NotAuthenticated   4   no key, a wrong key, a key without the right
├── RequestRefused     5   the server will not do this; asking again is no use
├── RateLimited        6   too often, or past what the key may spend
├── Unreachable        7   no connection: DNS, refused, TLS, proxy
├── ServerFault        8   the server failed, or its reply makes no sense
├── BatchesFailed     10   some parts of a batch failed, the others were written
├── ToolDenied        11   a tool call was refused, or nobody could be asked
├── AnswerIncomplete  18   the answer ended before its end; what came was shown
├── OutputUnwritable  23   standard output cannot be written
└── TimedOut          28   the server was silent, or the call took, too long

Everything else that escapes is a bug in `co`: exit code 1. A signal is no error:
the program dies of it (128 + its number in a shell).
"""

from enum import IntEnum, unique


@unique
class ExitCode(IntEnum):
    """Scripts depend on these numbers: they are never changed."""

    COMPLETE = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    AUTH = 4
    REFUSED = 5
    LIMITED = 6
    UNREACHABLE = 7
    SERVER_FAULT = 8
    PARTIAL = 10
    DENIED = 11
    INCOMPLETE = 18
    UNWRITABLE = 23
    TIMEOUT = 28


class CoError(Exception):
    """One line for the user, the remedy, and how the program ends.

    *what* is a lower-case clause without a full stop. *where* is the file and
    line, the address, or the request's id. *hint* is what the user can do.
    """

    exit_code = ExitCode.BUG

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(f"{what} ({where})" if where else what)
        self.what = what
        self.where = where
        self.hint = hint


class UsageProblem(CoError):
    """Flags or arguments that make no sense together."""

    exit_code = ExitCode.USAGE


class ConfigProblem(CoError):
    """A profile, an environment variable or the config file cannot be used."""

    exit_code = ExitCode.INPUT


class InputProblem(CoError):
    """A file or standard input cannot be used; nothing was sent."""

    exit_code = ExitCode.INPUT


class NotAuthenticated(CoError):
    """There is no key, or the server does not accept it."""

    exit_code = ExitCode.AUTH


class RequestRefused(CoError):
    """The server understood and refused: sending it again is no use."""

    exit_code = ExitCode.REFUSED


class RateLimited(CoError):
    """Too many requests, or more than the key may spend."""

    exit_code = ExitCode.LIMITED


class Unreachable(CoError):
    """No connection could be made."""

    exit_code = ExitCode.UNREACHABLE


class ServerFault(CoError):
    """The server failed, or what it said is not what was asked for."""

    exit_code = ExitCode.SERVER_FAULT


class BatchesFailed(CoError):
    """Some parts of a batch failed; the others were written."""

    exit_code = ExitCode.PARTIAL


class ToolDenied(CoError):
    """A tool call was refused, or nobody could be asked."""

    exit_code = ExitCode.DENIED


class AnswerIncomplete(CoError):
    """The answer ended before its end event; what came of it was shown."""

    exit_code = ExitCode.INCOMPLETE


class OutputUnwritable(CoError):
    """Standard output cannot be written."""

    exit_code = ExitCode.UNWRITABLE


class TimedOut(CoError):
    """The server was silent for too long, or the whole call took too long."""

    exit_code = ExitCode.TIMEOUT
