"""The lines of README.md and docs/ that run `co`, and what each needs."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_RUNS_CO = re.compile(r"(?:^|[\s;|(])co [a-z]")

SKIPPED = (
    "co auth login",  # asks the real API, a keyring or a terminal
    "co auth token | some-program",
    "co auth switch work",  # stored by `co auth login`
    "co sandbox serve --record",  # needs a key of the real API
    "co sandbox serve --replay",  # needs what the line above records
    "co mcp check",  # starts a server of the reader's own
    'co chat "Which notes are new?" --mcp',  # the same
    'co chat "What is new?" -d',
    "coproc",
)
"""How lines begin that need the real API, or a program of the reader's own."""


def lines_of(page: str) -> Iterator[str]:
    """Yield each line of *page* that runs `co`, whole where it is continued.

    Lines that make or enter a folder come with them.
    """
    for block in _BLOCK.findall((ROOT / page).read_text()):
        if block.startswith("#!"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            command = line.partition("#")[0]
            if line.startswith(("cd ", "mkdir ")) or _RUNS_CO.search(f" {command}"):
                yield line


def runnable(page: str) -> list[str]:
    """Return the lines of *page* that need no real API, in their order."""
    return [line for line in lines_of(page) if not line.startswith(SKIPPED)]
