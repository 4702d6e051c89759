"""`co doctor`: checks everything that a call needs, up to the server's own answer."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.call.session import (
    JsonFlag,
    ProfileFlag,
    profiles_of_call,
    resolve_endpoint,
)
from cohere_cli.errors import CoError, ConfigProblem, NotAuthenticated
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.config.profiles import Profiles
    from cohere_cli.config.settings import Settings


_NAME_WIDTH = 9
_INDENT = " " * 19
_SCRIPT_SIZE = 4096
"""Bytes read of a program: the script that an installer writes is shorter."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `problem` is None where it works."""

    name: str
    found: str = ""
    problem: CoError | None = None

    def __str__(self) -> str:
        problem = self.problem
        state = "problem" if problem else "ok"
        # A name or an address may hold a newline.
        text = " ".join(str(problem or self.found).split("\n"))
        hint = f"{_INDENT}{problem.hint}\n" if problem and problem.hint else ""
        return f"{state:<7}  {self.name:<{_NAME_WIDTH}} {text}\n{hint}"

    def as_object(self) -> dict[str, Any]:
        """Return the finding as an object of the JSON report."""
        problem = self.problem
        return {
            "name": self.name,
            "ok": problem is None,
            "found": str(problem or self.found),
            "hint": problem.hint if problem else "",
            "exit": int(problem.exit_code) if problem else 0,
        }


def doctor(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Check everything a call needs; exit 0 if all checks pass.

    The program, the settings, the key, and the way to the server: DNS, TCP, TLS,
    and whether it accepts the key. No key is shown.

    $ co doctor -p work

    $ co doctor --json | jq '.findings[] | select(.ok | not)'
    """

    terminal = Terminal.system()
    findings = []
    for finding in run_checks(profile, terminal):
        findings.append(finding)
        if not json:
            terminal.write(str(finding))
    problems = [finding.problem for finding in findings if finding.problem]
    if json:
        from cohere_cli.render.json import write_json

        objects = [finding.as_object() for finding in findings]
        write_json(terminal, {"ok": not problems, "findings": objects})
    else:
        terminal.write(f"\nnext: {_next_step(problems, profile)}\n")
    if problems:
        raise problems[0]


def _next_step(problems: list[CoError], profile: str | None) -> str:
    """Return what to do now: the first problem's remedy, or something to try."""
    if not problems:
        of_profile = f" -p {shlex.quote(profile)}" if profile else ""
        return f'all checks pass; try `co chat "Hello"{of_profile}`'
    if isinstance(problems[0], NotAuthenticated):
        login = "`co auth login`, with a key from https://dashboard.cohere.com/api-keys"
        return f"{login}; without one, `co chat Hello -p sandbox`"
    again = "then `co doctor` again"
    if len(problems) == 1:
        return f"mend the problem above, {again}"
    return f"mend the first of the {len(problems)} problems above, {again}"


def run_checks(flag: str | None, terminal: Terminal) -> Iterator[Finding]:
    """Yield a finding for each check in turn. *flag* is the value of -p."""
    yield _program(terminal)
    yield _versions()
    yield _terminal(terminal)
    try:
        profiles = profiles_of_call(flag, terminal)
        yield from _files(profiles)
        yield from _call(flag, profiles, terminal)
    except CoError as problem:
        yield Finding("settings", problem=problem)


def _program(terminal: Terminal) -> Finding:
    """Find the program that a shell starts as `co`: RCS has one, too."""
    import shutil

    path = shutil.which("co", path=terminal.environ.get("PATH", ""))
    hint = "start it as `cohere-cli`, or put its folder first in PATH"
    if path is None:
        return Finding("program", problem=ConfigProblem("no `co` in PATH", hint=hint))
    if _is_ours(Path(path)):
        return Finding("program", path)
    message = "`co` is another program, such as RCS's"
    return Finding("program", problem=ConfigProblem(message, where=path, hint=hint))


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"cohere_cli" in file.read(_SCRIPT_SIZE)
    except OSError:
        return False


def _versions() -> Finding:
    import platform
    import sys

    from cohere_cli import __version__

    python = f"Python {platform.python_version()} ({sys.executable})"
    return Finding("version", f"co {__version__}, {python}")


def _terminal(terminal: Terminal) -> Finding:
    if not terminal.shows_output:
        return Finding("terminal", "standard output is not a terminal")
    drawn = "formatted answers" if terminal.can_draw else "plain answers"
    colour = "colour" if terminal.has_colour else "no colour"
    return Finding("terminal", f"{terminal.width} columns, {drawn}, {colour}")


def _files(profiles: "Profiles") -> Iterator[Finding]:
    from cohere_cli.config.report import file_statuses

    for file in file_statuses(profiles):
        yield Finding("file", f"{file.path} {file.mode or '(absent)'}")
    for note in profiles.notes:
        yield Finding("file", problem=ConfigProblem(note))


def _call(
    flag: str | None, profiles: "Profiles", terminal: Terminal
) -> Iterator[Finding]:
    """Yield the settings of a call, and how far it would get."""
    from cohere_cli.commands.auth import chosen_profile
    from cohere_cli.config.resolution import resolve
    from cohere_cli.config.settings import FlagValues

    def settings(*, dry_run: bool) -> "Settings":
        flags = FlagValues(profile=flag, dry_run=dry_run)
        return resolve(flags, terminal.environ, profiles, terminal.stdin)

    found, has_key = settings(dry_run=True), True
    chosen_by = profiles.choose(flag, terminal.environ).chosen_by
    yield Finding("profile", chosen_profile(found.profile, chosen_by))
    try:
        found = settings(dry_run=False)
        yield from _key(found, profiles)
    except NotAuthenticated as problem:
        has_key = False
        yield Finding("key", problem=problem)
    if found.max_cost_month is not None:
        yield _budget(found, found.max_cost_month, terminal)
    with resolve_endpoint(found, terminal) as connection:
        yield from _connection(connection, terminal, has_key=has_key)


def _budget(settings: "Settings", limit: float, terminal: Terminal) -> Finding:
    """Report what the ledger of this machine has of the month."""
    from cohere_cli.config.paths import data_directory
    from cohere_cli.jobs.ledger import MonthLedger
    from cohere_cli.jobs.prices import shown_dollars, shown_limit

    try:
        ledger = MonthLedger(data_directory(terminal.environ), settings.profile)
        total = ledger.total()
    except ConfigProblem as problem:
        return Finding("budget", problem=problem)
    spent = f"{shown_dollars(total.dollars)} of {shown_limit(limit)}"
    requests = plural(total.requests, "request")
    return Finding("budget", f"{spent} this month, by {requests} from this machine")


def _key(settings: "Settings", profiles: "Profiles") -> Iterator[Finding]:
    from cohere_cli.config.credentials import mask_key

    if settings.sandbox:
        yield Finding("key", "the sandbox has its own")
        return
    yield Finding("key", f"{mask_key(settings.key)} {settings.key_source}".strip())
    for note in settings.notes:
        if note not in profiles.notes:
            yield Finding("note", note)


def _connection(
    connection: "Connection", terminal: Terminal, *, has_key: bool
) -> Iterator[Finding]:
    from cohere_cli.api.diagnostics import diagnose
    from cohere_cli.render.waiting import working_line

    yield Finding("base URL", connection.base_url)
    yield Finding("proxy", _proxy(connection))
    yield Finding("trust", _trusted(connection))
    steps = diagnose(connection, has_key=has_key)
    while True:
        # Each may take ten seconds.
        with working_line(terminal, "checking the server"):
            step = next(steps, None)
        if step is None:
            return
        yield Finding(step.name, step.found, step.problem)


def _proxy(connection: "Connection") -> str:
    from cohere_cli.api.connection import proxy_for
    from cohere_cli.config.urls import mask_proxy

    proxy = proxy_for(connection)
    return f"{mask_proxy(proxy.url)} (from {proxy.named_by})" if proxy else "none"


def _trusted(connection: "Connection") -> str:
    from cohere_cli.api.connection import trust_for

    if connection.base_url.startswith("http:"):
        return "no certificates: plain HTTP"
    path, named_by = trust_for(connection.route)
    return f"{path} (from {named_by})"
