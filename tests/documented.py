"""The blocks of shell in README.md and docs/: which lines are run, and what each needs.

Each line of a block ```sh or ```bash is run by itself. A block that begins with `#!` is
run whole, as a script, with the arguments that a comment before it names:

    <!-- run with: notes.txt summary.txt -->

A block ```console shows what its commands print: `$ ` is before a command, and its
output below it, both streams as they come. A command ends with 0, unless `$ echo $?`
follows.

A comment before a block that cannot be run says why, or names the lines that cannot by
how they begin; a block for another shell always has one:

    <!-- not run: a session needs a terminal -->
    <!-- not run, `co auth login`: asks for a key -->

The blocks of a page are run in their order, in one clone of the repository. The API is
a sandbox, with a script if the page names one:

    <!-- answers of the blocks that are run: examples/map/replies.yaml -->
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")))

SHELLS = ("sh", "bash", "console", "zsh", "fish", "powershell")

_BLOCK = re.compile(
    rf"^((?:<!-- [^\n]+ -->\n)*)```({'|'.join(SHELLS)})\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"^<!-- (not run|run with)(?:, `(.+)`)?: (.+) -->$", re.MULTILINE)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
_ANSWERS = re.compile(
    r"^<!-- answers of the blocks that are run: (.+) -->$", re.MULTILINE
)
_MARKED = "\x1e"  # what no command prints

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


class Block(NamedTuple):
    """A block of shell of a page, with what the comments before it say."""

    language: str
    text: str
    not_run: str = ""
    """Why the block is not run ("" if it is)."""
    skipped: tuple[str, ...] = ()
    """How the lines begin that are not run."""
    arguments: str = ""
    """What follows the name of a script."""

    @property
    def is_script(self) -> bool:
        """Whether it is run whole, and not line by line."""
        return self.text.startswith("#!")

    @property
    def lines(self) -> list[str]:
        """The lines that do something, each whole where it is continued."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line for line in lines if line.strip() and not line.startswith("#")]

    @property
    def commands(self) -> list[str]:
        """The commands of a block ```console, each whole where it is continued."""
        return _COMMAND.findall(self.text)

    @property
    def script(self) -> str:
        """A line of bash for each command, and one that marks where it has ended."""
        mark = f"code=$?; printf '{_MARKED}%d{_MARKED}' $code; (exit $code)"
        return "\n".join(["exec 2>&1", *(f"{one}\n{mark}" for one in self.commands)])

    def as_printed(self, output: str) -> str:
        """Return the text as it is if the script prints *output*.

        A command that fails has its exit code below it, unless `echo $?` follows.
        """
        *printed, _ = output.split(_MARKED)
        text, commands = "", self.commands
        asked = [*(one == "echo $?" for one in commands[1:]), False]
        for at, command in enumerate(commands):
            out, code = printed[2 * at : 2 * at + 2] or ("", "not reached")
            failed = "" if code == "0" or asked[at] else f"exit code {code}\n"
            text += f"$ {command}\n{out}{failed}"
        return text


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of shell of a page that has *text*."""
    return [
        _marked(Block(language, block), _MARK.findall(comments))
        for comments, language, block in _BLOCK.findall(text)
    ]


def _marked(block: Block, marks: list[tuple[str, str, str]]) -> Block:
    """Return *block* with what is in *marks*: the kind, the line, and the words."""
    return block._replace(
        not_run="".join(
            words for kind, line, words in marks if kind == "not run" and not line
        ),
        skipped=tuple(line for _, line, _ in marks if line),
        arguments="".join(words for kind, _, words in marks if kind == "run with"),
    )


def _run(page: str) -> list[Block]:
    """Return the blocks of *page* that are run, in their order."""
    blocks = blocks_of((ROOT / page).read_text())
    return [block for block in blocks if not block.not_run]


def run_blocks(page: str) -> list[Block]:
    """Return the blocks of *page* whose output is compared."""
    return [block for block in _run(page) if block.language == "console"]


def run_scripts(page: str) -> list[Block]:
    """Return the blocks of *page* that are run whole."""
    return [block for block in _run(page) if block.is_script]


def runnable(page: str) -> list[str]:
    """Return the lines of *page* that are run by themselves, in their order."""
    return [
        line
        for block in _run(page)
        if block.language != "console" and not block.is_script
        for line in block.lines
        if not line.startswith(block.skipped)
    ]


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
