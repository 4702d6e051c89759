"""`co doctor`: why a call does not work, or that it would."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.session import JsonFlag, ProfileFlag, resolve_endpoint
from cohere_cli.errors import CoError, ConfigProblem, NotAuthenticated
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.config.profiles import Profiles
    from cohere_cli.config.settings import Settings


_NAME = 9
_INDENT = " " * 19


def doctor(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Look at all that a call needs; exit 0 only if all is well.

    The program, the settings, the key, and the way to the server: its name, a
    connection, TLS, and whether it takes the key. Shows no key.
    """

    terminal = Terminal.system()
    found = []
    for finding in run_checks(profile, terminal):
        found.append(finding)
        if not json:
            terminal.write(_text(finding))
    problems = [finding.problem for finding in found if finding.problem]
    if json:
        from cohere_cli.render.json import write_json

        told = {"ok": not problems, "findings": [_object(one) for one in found]}
        write_json(terminal, told)
    if problems:
        raise problems[0]


def _text(finding: "Finding") -> str:
    problem = finding.problem
    state = "problem" if problem else "ok"
    # A name or an address may hold what would be a second line.
    said = " ".join(str(problem or finding.found).split("\n"))
    hint = f"{_INDENT}{problem.hint}\n" if problem and problem.hint else ""
    return f"{state:<7}  {finding.name:<{_NAME}} {said}\n{hint}"


def _object(finding: "Finding") -> dict[str, Any]:
    problem = finding.problem
    return {
        "name": finding.name,
        "ok": problem is None,
        "found": str(problem or finding.found),
        "hint": problem.hint if problem else "",
        "exit": int(problem.exit_code) if problem else 0,
    }


_ENOUGH = 4096
"""Bytes of a program: the script that an installer writes is shorter."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `problem` is what is wrong with it, if it is."""

    name: str
    found: str = ""
    problem: CoError | None = None


def run_checks(flag: str | None, terminal: Terminal) -> Iterator[Finding]:
    """Yield what is found, one thing after the other. *flag* is -p."""
    yield _program(terminal)
    yield _versions()
    yield _terminal(terminal)
    try:
        profiles = _profiles(terminal)
        yield from _files(profiles)
        yield from _call(flag, profiles, terminal)
    except CoError as problem:
        yield Finding("settings", problem=problem)


def _program(terminal: Terminal) -> Finding:
    """Find which program a shell starts: RCS has a `co`, too."""
    import shutil

    path = shutil.which("co", path=terminal.environ.get("PATH", ""))
    hint = "start it as `cohere-cli`, or put its folder first in PATH"
    if path is None:
        return Finding("program", problem=ConfigProblem("no `co` in PATH", hint=hint))
    if _is_ours(Path(path)):
        return Finding("program", path)
    said = "`co` is another program, such as RCS's"
    return Finding("program", problem=ConfigProblem(said, where=path, hint=hint))


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"cohere_cli" in file.read(_ENOUGH)
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
    drawn = "answers are drawn" if terminal.can_draw else "answers are plain"
    colour = "in colour" if terminal.has_colour else "without colour"
    return Finding("terminal", f"{terminal.width} columns, {drawn}, {colour}")


def _profiles(terminal: Terminal) -> "Profiles":
    from cohere_cli.commands.session import load_profiles

    return load_profiles(terminal)


def _files(profiles: "Profiles") -> Iterator[Finding]:
    from cohere_cli.config.report import read_file_status

    for path in (profiles.settings_file, profiles.keys_file):
        mode = read_file_status(path).mode or "(absent)"
        yield Finding("file", f"{path} {mode}")
    for note in profiles.notes:
        yield Finding("file", problem=ConfigProblem(note))


def _call(
    flag: str | None, profiles: "Profiles", terminal: Terminal
) -> Iterator[Finding]:
    """Yield what a call would go by, and how far it would come."""
    from cohere_cli.config.settings import FlagValues, resolve

    def settings(*, dry_run: bool) -> "Settings":
        given = FlagValues(profile=flag, dry_run=dry_run)
        return resolve(given, terminal.environ, profiles, terminal.stdin)

    found, has_key = settings(dry_run=True), True
    by = profiles.choose(flag, terminal.environ).by
    chosen = f" (by {by})" if by else ""
    yield Finding("profile", f"{found.profile or 'none'}{chosen}")
    try:
        found = settings(dry_run=False)
        yield from _key(found, profiles)
    except NotAuthenticated as problem:
        has_key = False
        yield Finding("key", problem=problem)
    with resolve_endpoint(found, terminal) as connection:
        yield from _way(connection, has_key=has_key, terminal=terminal)


def _key(settings: "Settings", profiles: "Profiles") -> Iterator[Finding]:
    from cohere_cli.config.validators import mask_key

    if settings.sandbox:
        yield Finding("key", "the sandbox has its own")
        return
    yield Finding("key", f"{mask_key(settings.key)} {settings.key_source}".strip())
    for note in settings.notes:
        if note not in profiles.notes:
            yield Finding("note", note)


def _way(
    connection: "Connection", *, has_key: bool, terminal: Terminal
) -> Iterator[Finding]:
    from cohere_cli.api.diagnostics import diagnose

    yield Finding("base URL", connection.base_url)
    yield Finding("proxy", _proxy(connection))
    yield Finding("trust", _trusted(connection, terminal))
    for step in diagnose(connection, has_key=has_key):
        yield Finding(step.name, step.found, step.problem)


def _proxy(connection: "Connection") -> str:
    from cohere_cli.api.connection import proxy_for
    from cohere_cli.config.validators import mask_proxy

    proxy = proxy_for(connection)
    return f"{mask_proxy(proxy.url)} (by {proxy.named_by})" if proxy else "none"


def _trusted(connection: "Connection", terminal: Terminal) -> str:
    if connection.base_url.startswith("http:"):
        return "no certificates: plain http"
    said = terminal.environ.get("SSL_CERT_FILE") or terminal.environ.get("SSL_CERT_DIR")
    return connection.route.ca_bundle or said or "the usual authorities"
