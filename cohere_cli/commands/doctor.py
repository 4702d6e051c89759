"""`co doctor`: why a call does not work, or that it would."""

from typing import TYPE_CHECKING, Any

from cohere_cli.commands.stored import JsonFlag, ProfileFlag
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.commands.findings import Finding

_NAME = 9
_INDENT = " " * 19


def doctor(profile: ProfileFlag = None, json: JsonFlag = False) -> None:
    """Look at all that a call needs; exit 0 only if all is well.

    The program, the settings, the key, and the way to the server: its name, a
    connection, TLS, and whether it takes the key. Shows no key.
    """
    from cohere_cli.commands.findings import findings

    terminal = Terminal.system()
    found = []
    for finding in findings(profile, terminal):
        found.append(finding)
        if not json:
            terminal.write(_text(finding))
    problems = [finding.problem for finding in found if finding.problem]
    if json:
        from cohere_cli.render.records import write_object

        told = {"ok": not problems, "findings": [_object(one) for one in found]}
        write_object(terminal, told)
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
