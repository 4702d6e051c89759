"""The sandbox's server in a process of its own, as an API that answers."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.co_program import CO


@contextmanager
def serving() -> Iterator[int]:
    """Yield the port on which any key is good."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
    command = [CO, "sandbox", "serve", "--any-key"]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        line = server.stdout.readline().decode() if server.stdout else ""
        variables = dict(word.split("=", 1) for word in line.split()[1:])
        try:
            yield urlsplit(variables["CO_API_URL"]).port or 0
        finally:
            server.kill()
