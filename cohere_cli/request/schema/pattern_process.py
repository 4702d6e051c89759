"""Matches a pattern in a process of its own, because no thread can stop Python's."""

import json
import subprocess
import sys

from cohere_cli.system.processes import least_environ

_MOST_SECONDS = 2.0
_PROGRAM = (
    "import json, re, sys; "
    "pattern, text = json.load(open(0)); "
    "sys.exit(0 if re.search(pattern, text) else 3)"
)


def matches_in_time(pattern: str, text: str) -> bool:
    """Whether *text* has a match of *pattern* that is found within two seconds."""
    try:
        ended = subprocess.run(  # noqa: S603 - the program is the one above
            [sys.executable, "-I", "-S", "-c", _PROGRAM],
            input=json.dumps([pattern, text]).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=least_environ(),
            timeout=_MOST_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return ended.returncode == 0
