"""From verdicts to the figures of the last line: cases, terminal, key, exit codes."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from cohere_cli.errors import ExitCode
from tests.faults.judging import LEAKED
from tests.faults.matrix import Verdict
from tests.faults.tally import Tally
from tests.screen.test_attacks import ATTACKS, SINKS

CODES = {*map(int, ExitCode), 129, 130, 141, 143}
"""All that a case can end with: nobody can refuse a tool call before there are any."""

PLACES = {
    "the arguments": ("E1", "the words of the command"),
    "what a child gets": ("E6", "a command that prints a key"),
    "an answer": ("A2", "no [DONE] after message-end"),
    "a retry's note": ("B4", "503 once"),
    "-v": ("E4", "-v"),
    "the library's log": ("E4", "httpx's own log"),
    "an error that quotes it": ("B6", "the key, repeated"),
    "an error about the key": ("E2", "not ASCII"),
    "a traceback": ("E4", "a failure, traced"),
    "a bug's traceback": ("E3", "a bug, traced"),
    "--dry-run": ("E4", "--dry-run"),
    "--curl": ("E4", "--curl"),
    "auth status": ("E4", "auth status"),
    "auth list": ("E4", "auth list"),
    "config show": ("E4", "config show"),
    "the settings' file": ("E4", "the settings' file"),
    "a recording": ("E5", "a recording"),
    "finished requests": ("E5", "finished requests"),
    "the sandbox's log": ("E5", "the sandbox's log"),
    "another port": ("E8", "a redirect to {other}/v2/chat"),
    "another scheme": ("E8", "a redirect to https://127.0.0.1:9/"),
    "another host": ("E8", "a redirect to http://localhost:9/"),
    "a proxy": ("E8", "a proxy"),
    "a core dump": ("E9", "a core dump"),
}
"""Where the key could turn up, and the row that looks there."""


def cases(verdicts: Sequence[Verdict]) -> Tally:
    """Count cases, not rows: a case holds if all its rows do."""
    failed = {one.case for one in verdicts if one.failures}
    output = [
        f"{one.case}, {one.fault}: {failure}"
        for one in verdicts
        for failure in one.failures
    ]
    every = {one.case for one in verdicts}
    return Tally("faults", len(every - failed), len(every), output, reached(verdicts))


def reached(verdicts: Sequence[Verdict]) -> frozenset[int]:
    """Return the exit codes of the cases that held, a signal as a shell counts it."""
    codes = (code for one in verdicts if not one.failures for code in one.codes)
    return frozenset(code if code >= 0 else 128 - code for code in codes)


def terminal(verdicts: Sequence[Verdict]) -> Tally:
    """Count attacks on places, of which a terminal must obey none."""
    shown = [one for one in verdicts if one.fault in SINKS]
    total = len(shown) * len(ATTACKS)
    passed = total - sum(len(one.failures) for one in shown)
    return Tally("pty", passed, total)


def canary(verdicts: Sequence[Verdict], letter: str = "") -> Tally:
    """Count places where the key turned up; a place that nobody looked at counts.

    With a *letter*, only the places of its cases.
    """
    places = {place: row for place, row in PLACES.items() if row[0].startswith(letter)}
    looked = {(one.case, one.fault): one.failures for one in verdicts}
    unclean = [
        place
        for place, row in places.items()
        if any(message.startswith(LEAKED) for message in looked.get(row, (LEAKED,)))
    ]
    output = [f"the key, or nobody who looks for it: {place}" for place in unclean]
    return Tally("canary", len(places) - len(unclean), len(places), output)


def exit_codes(reached: AbstractSet[int]) -> Tally:
    """Count the exit codes that a case ended with, as it should."""
    output = [f"no case ends with {code}" for code in sorted(CODES - reached)]
    output += [f"{code} is no exit code of ours" for code in sorted(reached - CODES)]
    return Tally("exit codes", len(CODES & reached), len(CODES), output)
