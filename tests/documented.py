"""The lines of README.md and docs/ that run `co`, and what each needs.

A block ```console shows what its commands print: `$ ` is before a command, and its
output below it, both streams as they come. A command ends with 0, unless `$ echo $?`
follows. A comment before a block that cannot be run says why:

    <!-- not run: a session needs a terminal -->

The blocks of a page are run in their order, in one clone of the repository. The API is
a sandbox, with a script if the page names one:

    <!-- answers of the blocks that are run: examples/map/replies.yaml -->
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(
    r"^(?:<!-- not run: ([^\n]+) -->\n)?```console\n(.*?)^```", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
_ANSWERS = re.compile(
    r"^<!-- answers of the blocks that are run: (.+) -->$", re.MULTILINE
)
_MARK = "\x1e"  # what no command prints
_RUNS_CO = re.compile(r"(?:^|[\s;|(])co [a-z]")

_LAB = ROOT / "examples/lab"
_OWN = {
    "notes.txt": "Retries are decided by the client.\n",
    "persona.txt": "Answer like a pirate.\n",
    "question.txt": "What is the capital of the United States?\n",
    "ask.yaml": "messages: [{role: user, content: Hi}]\n",
    "request.yaml": "model: command-a-03-2025\nmessages: [{role: user, content: Hi}]\n",
    "replies.yaml": (ROOT / "examples/replies.yaml").read_text(),
    "docs.jsonl": (_LAB / "documents.jsonl").read_text(),
    "queries.jsonl": (_LAB / "queries.jsonl").read_text(),
    "qrels.tsv": (_LAB / "qrels.tsv").read_text(),
    "tickets.jsonl": "".join(
        json.dumps({"text": text, "relevant": grade}) + "\n"
        for text, grade in (("A payment failed.", 1), ("The lamp is blue.", 0))
    ),
    "tools.yaml": (ROOT / "examples/tools.yaml")
    .read_text()
    .replace("tools/query", "examples/tools/query"),
    "results.json": json.dumps(
        [{"name": "query_daily_sales_report", "result": [{"sales": 10_000}]}]
    ),
    "trails.csv": "trail,open,grade\nRidge,yes,hard\nLake,yes,easy\n",
    "bm25.txt": "q1 Q0 d1 1 2.5 bm25\n",
}
"""Files of the reader's own."""

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


class ShownBlock(NamedTuple):
    """The text of a block ```console, and why it is not run ("" if it is)."""

    text: str
    not_run: str = ""

    @property
    def commands(self) -> list[str]:
        """The commands, each whole where it is continued."""
        return _COMMAND.findall(self.text)

    @property
    def script(self) -> str:
        """A line of bash for each command, and one that marks where it has ended."""
        mark = f"code=$?; printf '{_MARK}%d{_MARK}' $code; (exit $code)"
        return "\n".join(["exec 2>&1", *(f"{one}\n{mark}" for one in self.commands)])

    def as_printed(self, output: str) -> str:
        """Return the text as it is if the script prints *output*.

        A command that fails has its exit code below it, unless `echo $?` follows.
        """
        *printed, _ = output.split(_MARK)
        text, commands = "", self.commands
        asked = [*(one == "echo $?" for one in commands[1:]), False]
        for at, command in enumerate(commands):
            out, code = printed[2 * at : 2 * at + 2] or ("", "not reached")
            failed = "" if code == "0" or asked[at] else f"exit code {code}\n"
            text += f"$ {command}\n{out}{failed}"
        return text


def shown_blocks(text: str) -> list[ShownBlock]:
    """Return the blocks ```console of a page that has *text*."""
    return [ShownBlock(block, why) for why, block in _SHOWN.findall(text)]


def run_blocks(page: str) -> list[ShownBlock]:
    """Return the blocks of *page* that are run."""
    text = (ROOT / page).read_text()
    return [block for block in shown_blocks(text) if not block.not_run]


def answers_of(page: str) -> list[dict[str, Any]]:
    """Return the sandbox's script that *page* names; it is empty without one."""
    named = _ANSWERS.search((ROOT / page).read_text())
    return yaml.safe_load((ROOT / named[1]).read_text()) if named else []


def clone_into(folder: Path) -> None:
    """Write a clone of the repository, with a change, and files of the reader's own."""
    folder.mkdir()
    for name in ("README.md", "docs", "examples", "cohere_cli", "completions"):
        whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        whole(ROOT / name, folder / name)
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    commit = [*person, "commit", "-q", "-m", "Fix the time of a retry"]
    for words in (["init", "-q"], ["add", "-A"], commit):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (folder / "README.md").write_text("# co\n\nChanged.\n")
    for name in ("handbook", "reports"):
        shutil.copytree(ROOT / "examples/handbook", folder / name)
    for name, text in _OWN.items():
        (folder / name).write_text(text)
