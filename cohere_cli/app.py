"""The root command, which turns exceptions and signals into exit codes."""

import gc
import re
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from cohere_cli import __version__
from cohere_cli.commands.flags.base import HELP
from cohere_cli.commands.registry import (
    LazyCommands,
    add_help_flags,
    show_help,
    show_topic,
)
from cohere_cli.errors import (
    CoError,
    ConfigProblem,
    ExitCode,
    InputProblem,
    SignalReceived,
    UsageProblem,
    signal_behind,
)
from cohere_cli.system.signals import (
    BROKEN_PIPE,
    ENDING,
    die_of,
    leave_no_core_dump,
    waits_ended_by,
)
from cohere_cli.terminal import Terminal

_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Takes a few megabytes where all of them are in cycles."""


class RootGroup(TyperGroup):
    """Turns every exception into a message and an exit code."""

    # The longest valid prefix of an invalid command line, for the hint.
    _reached = "co"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**{**attrs, "commands": {}})
        add_help_flags(self)
        self.commands: Any = LazyCommands()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse a command line; `co help COMMAND` is `co COMMAND --help`."""
        if args[:1] == ["help"]:
            if show_topic(ctx, args[1:]):
                raise typer.Exit
            args = [*args[1:], "--help"]
        elif args == ["version"]:
            args = ["--version"]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order of the help."""
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run a command line; exit 2 if it is invalid."""
        terminal = Terminal.system()
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except typer.TyperException as exc:
            code = self._report_usage_error(terminal, exc)
        except (SystemExit, BrokenPipeError):
            # The reader of the help or of the version closed the pipe.
            die_of(BROKEN_PIPE)
        except Exception as exc:  # noqa: BLE001 - reported as what it is
            code = _report_failure(terminal, exc)
        sys.exit(code or ExitCode.COMPLETE)

    def _report_usage_error(
        self, terminal: Terminal, exc: typer.TyperException
    ) -> ExitCode:
        from cohere_cli.commands.usage_errors import explain_usage_error

        path = getattr(getattr(exc, "ctx", None), "command_path", self._reached)
        what, hint = explain_usage_error(exc, sys.argv[1:], path, self.commands)
        hint = hint or f"see `{path} --help`"
        terminal.report(UsageProblem(what, hint=hint))
        return ExitCode.USAGE

    def _main_shell_completion(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing for _CO_COMPLETE: `co completion` writes the completions."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; report an error and exit with its code."""
        terminal = Terminal.system()
        try:
            with _signals_as_exceptions():
                return super().invoke(ctx)
        except typer.TyperException:
            self._reached = f"co {ctx.invoked_subcommand or ''}".strip()
            raise
        except (typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:
            die_of(BROKEN_PIPE)
        except SignalReceived as exc:
            die_of(exc.number)
        except Exception as exc:
            if received := signal_behind(exc):
                die_of(received.number)
            raise typer.Exit(_report_failure(terminal, exc)) from exc


app = typer.Typer(
    name="co",
    cls=RootGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        terminal = Terminal.system()
        terminal.write(f"co {__version__}\n")
        terminal.flush()
        raise typer.Exit


@app.callback(invoke_without_command=True)
def co(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_version,
            is_eager=True,
            help="Print the version.",
            rich_help_panel=HELP,
        ),
    ] = False,
) -> None:
    """Chat and rerank with Cohere's models.
    Without a key: co chat "Hello" -p sandbox
    """
    if ctx.invoked_subcommand is None:
        show_help(ctx)


def main() -> None:
    """Run `co` on the process's own command line."""
    leave_no_core_dump()
    # Reference counts free a reply. To look for cycles in one that grows, every 700
    # objects as Python does, takes a third of the time of a reply with many parts.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    _choose_error_format(sys.argv[1:])
    app()


_ERRORS = "--errors"


def _choose_error_format(words: list[str]) -> None:
    """Have --errors in force for errors of the command line itself, too.

    Exits with 3 where the variable CO_ERRORS names no format.
    """
    terminal = Terminal.system()
    words = [*takewhile(lambda word: word != "--", words)]
    for word, following in pairwise((*words, "")):
        name, _, value = word.partition("=")
        if name == _ERRORS:
            terminal.write_notes_as(value or following)
            return
    if terminal.environ.get("CO_ERRORS", "") not in ("", "text", "json"):
        problem = ConfigProblem("CO_ERRORS is neither text nor json")
        terminal.report(problem)
        sys.exit(problem.exit_code)


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Raise `SignalReceived` on the signals `ENDING`, so that the screen is restored.

    A second signal ends the process at once. One that the parent process had ignored,
    as `nohup` does, stays ignored.
    """

    def end(number: int, _frame: object) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)
        raise SignalReceived(number)

    numbers = [one for one in ENDING if signal.getsignal(one) != signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in numbers}
    hook, sys.unraisablehook = sys.unraisablehook, _end_if_ignored
    try:
        with waits_ended_by(numbers):
            yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_if_ignored(ignored: "sys.UnraisableHookArgs") -> None:
    """End the process by a signal that arrived where Python ignores exceptions.

    Such places are `__del__`, and callbacks of libraries in C or Rust.
    """
    if received := signal_behind(ignored.exc_value):
        die_of(received.number)
    sys.__unraisablehook__(ignored)


def _report_failure(terminal: Terminal, exc: Exception) -> ExitCode:
    problem = exc if isinstance(exc, CoError) else _machine_problem(exc)
    if problem is None:
        what = f"a bug in co: {type(exc).__name__}: {exc}"
        hint = "CO_DEBUG=1 shows where; please report it"
        terminal.report(CoError(what, hint=hint))
        _print_traceback(terminal, exc)
        return ExitCode.BUG
    if problem.exit_code is ExitCode.UNWRITABLE:
        terminal.discard_output()
    terminal.report(problem)
    _print_traceback(terminal, exc)
    return problem.exit_code


def _machine_problem(exc: Exception) -> CoError | None:
    """Return the error of the machine that *exc* is; None if it is a bug."""
    if isinstance(exc, FileNotFoundError) and not _has_folder():
        what = "the current folder no longer exists"
        return InputProblem(what, hint="cd to another")
    lacking = re.search(_LACKING, f"{type(exc).__name__}: {exc}", re.IGNORECASE)
    if lacking is None:
        return None
    what = f"this machine has no more {_WHAT[lacking[0].lower()]} for co"
    return ConfigProblem(what, hint="`ulimit -a` shows the limits")


# What an exception of Python or of the system holds when something is used up. Files of
# libraries are opened by the loader, whose errors have no number.
_WHAT = {
    "memoryerror": "memory",
    "error return without exception set": "memory",
    "cannot allocate memory": "memory",
    "failed to map segment": "memory",
    "can't start new thread": "threads",
    "resource temporarily unavailable": "processes",
    "too many open files": "open files",
}
_LACKING = "|".join(_WHAT)


def _has_folder() -> bool:
    try:
        return bool(Path.cwd())
    except FileNotFoundError:
        return False


def _print_traceback(terminal: Terminal, exc: BaseException) -> None:
    # Without local variables, which contain the key.
    if terminal.environ.get("CO_DEBUG"):
        for line in "".join(traceback.format_exception(exc)).splitlines():
            terminal.say(line)
