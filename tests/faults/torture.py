"""Makes each call that `co` makes to its machine fail once, in a run of its own.

After curl's torture tests. A run that ends as complete must have done all that an
undisturbed one does. `python -m tests.faults.torture --count N --seed S`.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from random import Random

from cohere_cli.errors import ExitCode
from tests.co_program import CO
from tests.faults.alone import main
from tests.faults.forked import Ran, ran
from tests.faults.tally import Tally
from tests.faults.troubles import END, HI

_PROMISED = {*ExitCode} - {ExitCode.BUG}
_COMMANDS = {
    "chat": ["chat", "Hi", "--retries", "1"],
    "chat about a file": ["chat", "What rains?", "-d", "rain.txt", "--record", "tape"],
    "chat in one piece": ["chat", "Hi", "--no-stream", "-u"],
    "chat by a body": ["chat", "-f", "body.yaml", "-o", "markdown"],
    "chat in the sandbox": ["chat", "Hi", "-p", "sandbox"],
    "compat": ["compat", "Hi"],
    "rerank": ["rerank", "-q", "rain", "rain.txt", "--batch-size", "1"],
    "rerank of a pipe": ["rerank", "-q", "key", "-o", "jsonl"],
    "replay": ["replay", "stream"],
    "auth login": ["auth", "login", "-p", "new", "--no-check"],
    "auth logout": ["auth", "logout", "-p", "old"],
    "config set": ["config", "set", "model", "m", "-p", "old"],
}
_FILES = {
    "stdin": "a-key-of-no-one\n",
    "rain.txt": "It rains.\nIt shines.\n",
    "body.yaml": "messages: [{role: user, content: Hi}]\n",
    "stream": (HI + END).decode(),
    "config/config.toml": 'active = "old"\n\n[profiles.old]\n',
    "config/keys.toml": '[profiles.old]\nkey = "an-old-key"\n'
    'base_url = "https://api.cohere.com"\n',
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command whose call number *failing* fails; 0 is none."""

    name: str
    env: Mapping[str, str]
    failing: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """How a run ended, and what it left in the folder of the settings."""

    run: Ran
    left: dict[str, bytes]


def check(*, seed: int, count: int) -> Tally:
    """Fail *count* of all the calls, chosen at random, or all if there are no more."""
    with _server() as env:
        whole = {name: _loaded(Attempt(name, env)) for name in _COMMANDS}
        attempts = [
            Attempt(name, env, at + 1)
            for name, made in whole.items()
            for at in range(len(made.run.calls))
        ]
        if count < len(attempts):
            attempts = Random(seed).sample(attempts, count)
        with ProcessPoolExecutor(os.cpu_count(), get_context("fork")) as workers:
            failures = list(
                filter(None, workers.map(partial(_judged, whole), attempts))
            )
    shown = [f"{name} fails by itself" for name, made in whole.items() if made.run.code]
    total = len(attempts) + len(whole)
    failures = shown + failures
    return Tally("torture", total - len(failures), total, failures[:20])


@contextmanager
def _server() -> Iterator[dict[str, str]]:
    """Yield the environment in which commands find a sandbox's server."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
    command = [CO, "sandbox", "serve"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as server:
        line = server.stdout.readline().decode() if server.stdout else ""
        message = dict(word.split("=", 1) for word in line.split()[1:])
        try:
            yield {**env, **message}
        finally:
            server.kill()


def _loaded(attempt: Attempt) -> Made:
    """Run undisturbed, and load here what was loaded there: forks then have it."""
    made = _made(attempt)
    for name in made.run.modules:
        with suppress(ImportError):
            import_module(name)
    return made


def _made(attempt: Attempt) -> Made:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = home / "config"
        settings.mkdir(mode=0o700)
        for name, message in _FILES.items():
            (home / name).touch(0o600)
            (home / name).write_text(message)
        places = {"HOME": folder, "CO_CONFIG_DIR": str(settings)}
        env = {**attempt.env, **places, "CO_DATA_DIR": str(home / "data")}
        run = ran(_COMMANDS[attempt.name], home, env, attempt.failing)
        left = {one.name: one.read_bytes() for one in settings.glob("[!.]*")}
    out = run.out.replace(folder.encode(), b"")
    return Made(replace(run, out=out, err=run.err.replace(folder, "")), left)


def _judged(whole: Mapping[str, Made], attempt: Attempt) -> str:
    made = _made(attempt)
    trouble = _trouble(made, whole[attempt.name])
    if not trouble:
        return ""
    call = (made.run.calls or ["?"])[attempt.failing - 1 :][:1]
    return f"{attempt.name}: call {attempt.failing}, {call}: {trouble}: {made.run.err}"


def _trouble(made: Made, whole: Made) -> str:
    code, message = made.run.code, made.run.err
    lines = [line for line in message.splitlines() if not line.startswith("hint: ")]
    if code not in _PROMISED or "Traceback" in message:
        return f"ends with {code}"
    if code and not (lines and lines[-1].startswith("co: ")):
        return f"ends with {code}, without a word"
    if not code and (made.run.out, made.left) != (whole.run.out, whole.left):
        return f"ends as complete, with {made.run.out!r} and {made.left!r}"
    return ""


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Check 400, times *scale*."""
    yield check(seed=seed, count=round(400 * scale))


if __name__ == "__main__":
    main(check, 100_000)
