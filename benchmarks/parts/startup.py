"""How long `co` takes to start, and to its first token."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.commands import Commands
from benchmarks.processes import Command
from benchmarks.replies import tokens
from benchmarks.server import Plan
from benchmarks.table import Figure, Row
from benchmarks.turns import medians, ratio, take_turns

TITLE = "Startup"
ROUNDS, QUICK_ROUNDS = 21, 9
PYTHON = "× bare Python"
# What is only started, and the most it may take, as a multiple of bare Python.
STARTS = {"--version": 2.5, "--help": 12, "chat --help": 12}


def measure(commands: Commands, rounds: int) -> list[Row]:
    """Return the rows of this part."""
    return [
        *starts(commands, rounds),
        one_token(commands, rounds),
        far_away(commands, rounds),
        sandbox(commands, rounds),
    ]


def starts(commands: Commands, rounds: int) -> list[Row]:
    """Measure commands that speak to nobody."""
    own = {name: commands.co(*name.split()) for name in STARTS}
    turns = take_turns({"Python": commands.bare_python(), **own}, rounds)
    return [
        Row(
            f"`co {name}`",
            (Figure(ratio(turns, name, "Python", "wall"), PYTHON, most),),
            medians(turns, "wall", name, "Python"),
        )
        for name, most in STARTS.items()
    ]


def one_token(commands: Commands, rounds: int) -> Row:
    """Measure the first byte of an answer of one token, in a pipe."""
    url = commands.server.url(Plan())
    answer = "".join(tokens(1))
    sdk, llm = commands.sdk("sdk_chat.py", url), commands.llm(url)
    peers = {
        "co": commands.chat(url)._replace(expected=answer),
        "SDK": sdk and sdk._replace(expected=answer),
        "Python": commands.bare_python(),
        "curl": commands.curl(url),
        "llm": llm and llm._replace(expected=answer),
    }
    turns = take_turns(peers, rounds)
    to_sdk = ratio(turns, "co", "SDK", "first")
    to_python = ratio(turns, "co", "Python", "first")
    return Row(
        "first byte, 1 token, loopback, pipe",
        (Figure(to_sdk, "× SDK", 0.25), Figure(to_python, PYTHON, 14)),
        medians(turns, "first", *peers),
    )


def far_away(commands: Commands, rounds: int) -> Row:
    """Measure the first token from a server that is far and takes its time."""
    url = commands.server.far_url(Plan(thought=300))
    peers = {"co": commands.chat(url), "curl": commands.curl(url)}
    turns = take_turns(peers, rounds)
    return Row(
        "first token, TLS, 40 ms round trip, server needs 300 ms",
        (Figure(ratio(turns, "co", "curl", "first"), "× curl", 1.2),),
        medians(turns, "first", *peers),
    )


def sandbox(commands: Commands, rounds: int) -> Row:
    """Measure the profile `sandbox` beside a sandbox that runs already."""
    own = commands.co("chat", "Hi", "-p", "sandbox")
    with running(commands.co("sandbox", "serve")) as environ:
        other = commands.co("chat", "Hi", **environ)
        turns = take_turns({"co -p sandbox": own, "running": other}, rounds)
    return Row(
        "`co chat -p sandbox`, whole command",
        (
            Figure(
                ratio(turns, "co -p sandbox", "running", "wall"),
                "× running server",
                1.3,
            ),
        ),
        medians(turns, "wall", *turns),
    )


@contextmanager
def running(serve: Command) -> Iterator[dict[str, str]]:
    """Run `co sandbox serve`; return the variables that it prints."""
    with subprocess.Popen(
        serve.words, env=serve.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            words = process.stdout.readline().split()[1:]
            yield dict(word.split("=", 1) for word in words)
        finally:
            process.kill()
